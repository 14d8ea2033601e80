from collections.abc import Collection, Sequence

from sqlalchemy import case, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import now
from app.core.database import insert_into
from app.tickets.merging_models import TicketLink
from app.tickets.models import Ticket


async def add_link(session: AsyncSession, ticket_id: int, other_id: int) -> bool:
    """False when they were linked before."""
    first, second = sorted((ticket_id, other_id))
    statement = insert_into(session, TicketLink).values(ticket_id=first, other_id=second, created_at=now())
    return await session.scalar(statement.on_conflict_do_nothing().returning(TicketLink.ticket_id)) is not None


async def delete_link(session: AsyncSession, ticket_id: int, other_id: int) -> bool:
    """False when they were not linked."""
    first, second = sorted((ticket_id, other_id))
    gone = delete(TicketLink).where(TicketLink.ticket_id == first, TicketLink.other_id == second)
    return await session.scalar(gone.returning(TicketLink.ticket_id)) is not None


async def list_linked_ids(session: AsyncSession, ticket_id: int) -> Sequence[int]:
    other = case((TicketLink.ticket_id == ticket_id, TicketLink.other_id), else_=TicketLink.ticket_id)
    statement = select(other).where(or_(TicketLink.ticket_id == ticket_id, TicketLink.other_id == ticket_id))
    return (await session.scalars(statement)).all()


async def list_visible_ids(
    session: AsyncSession, ticket_ids: Collection[int], audience_ids: Collection[int]
) -> Sequence[int]:
    statement = select(Ticket.id).where(Ticket.id.in_(ticket_ids), Ticket.audience_id.in_(audience_ids))
    return (await session.scalars(statement)).all() if ticket_ids else []
