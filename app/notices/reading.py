"""How far each agent has read each ticket: what came since is marked, and notices about it are done with."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent
from app.core.database import Database
from app.live.signals import signal
from app.notices import queries, reading_queries
from app.tickets.models import Ticket


async def note_read(session: AsyncSession, database: Database, ticket: Ticket, *, version: int, by: Agent) -> None:
    """They have looked at it up to this version. `session` only reads: what has to be written, which is seldom, is
    written in a short unit of work that holds nobody's ticket.
    """
    seen = min(version, ticket.version)
    known = (await reading_queries.map_reads(session, by.id, [ticket.id])).get(ticket.id, -1)
    has_unread = await queries.has_unread(session, by.id, ticket.id)
    if known >= seen and not has_unread:
        return
    async with database.transaction() as writing:
        await reading_queries.move_read(writing, by.id, ticket.id, version=seen)
        if has_unread:
            await queries.mark_read(writing, by.id, ticket_id=ticket.id)
            await signal(writing, ticket.id)


async def mark_unread(session: AsyncSession, ticket: Ticket, *, by: Agent) -> int:
    """Its newest entry is new again; returns how far it then counts as read."""
    version = max(ticket.version - 1, 0)
    await reading_queries.set_read(session, by.id, ticket.id, version=version)
    return version
