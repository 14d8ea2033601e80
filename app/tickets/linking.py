"""Tickets that belong together and stay two: each tells of the other to whoever may see it (B9)."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.errors import Invalid
from app.core.i18n import mark
from app.tickets import linking_queries
from app.tickets.history_models import SYSTEM, Actor, EventKind
from app.tickets.log import record
from app.tickets.models import Origin, Ticket


async def link(
    session: AsyncSession, ticket: Ticket, other: Ticket, *, by: Actor = SYSTEM, origin: Origin = Origin.LIVE
) -> None:
    """Again: nothing happens. The rows of both are held."""
    if ticket is other:
        raise Invalid("to", mark("A ticket cannot be linked to itself."))
    if await linking_queries.add_link(session, ticket.id, other.id):
        _record_on_both(session, ticket, other, EventKind.LINKED, by, origin)


async def unlink(session: AsyncSession, ticket: Ticket, other: Ticket, *, by: Actor = SYSTEM) -> None:
    """Nothing happens to two that are not linked."""
    if await linking_queries.delete_link(session, ticket.id, other.id):
        _record_on_both(session, ticket, other, EventKind.UNLINKED, by, Origin.LIVE)


def _record_on_both(
    session: AsyncSession, ticket: Ticket, other: Ticket, kind: EventKind, by: Actor, origin: Origin
) -> None:
    record(session, ticket, kind, by=by, origin=origin, ticket_id=other)
    record(session, other, kind, by=by, origin=origin, ticket_id=ticket)
