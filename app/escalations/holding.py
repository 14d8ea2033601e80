"""The tickets that a question's end changes. What was asked because of it may be on another ticket by now."""

from collections.abc import Collection

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.database import is_writing
from app.escalations import queries
from app.tickets import queries as tickets


async def hold_family(session: AsyncSession, escalation_id: int) -> None:
    """The ticket of a question and those of what was asked because of it, in the order of their ids (MODEL 1)."""
    if is_writing(session):
        await tickets.hold_all(session, await queries.list_family_tickets(session, [escalation_id]))


async def hold_families(session: AsyncSession, ticket_ids: Collection[int]) -> None:
    """Tickets, and those of whatever was asked because of what is asked on them."""
    if ticket_ids:
        asked = await queries.list_unfinished_ids(session, ticket_ids)
        others = await queries.list_family_tickets(session, asked) if asked else ()
        await tickets.hold_all(session, {*ticket_ids, *others})
