"""Where a merged ticket is now."""

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.tickets.models import Ticket


async def find_end(session: AsyncSession, ticket_id: int) -> int:
    """The ticket that this one was merged into, through all that were merged in turn; else itself."""
    return (await map_ends(session, [ticket_id]))[ticket_id]


async def map_ends(session: AsyncSession, ticket_ids: Collection[int]) -> Mapping[int, int]:
    """For each where its messages are now. Merging never makes a circle: what is merged is merged into nothing."""
    ends = {ticket_id: ticket_id for ticket_id in ticket_ids}
    while further := await _map_merged(session, set(ends.values())):
        ends = {ticket_id: further.get(end, end) for ticket_id, end in ends.items()}
    return ends


async def _map_merged(session: AsyncSession, ticket_ids: Collection[int]) -> Mapping[int, int]:
    statement = select(Ticket.id, Ticket.merged_into_id).where(
        Ticket.id.in_(ticket_ids), Ticket.merged_into_id.is_not(None)
    )
    rows = (await session.execute(statement)).all() if ticket_ids else []
    return {row.id: row.merged_into_id for row in rows if row.merged_into_id is not None}
