"""How far each agent has read each ticket: what came since is marked, and notices about it are done with."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent
from app.core.database import Database
from app.live.signals import signal
from app.notices import queries, reading_queries
from app.tickets.models import Ticket


async def note_read(database: Database, ticket: Ticket, *, version: int, by: Agent) -> None:
    """They have looked at it up to this version, in a short unit of work that holds nobody else's ticket."""
    async with database.transaction() as session:
        await reading_queries.move_read(session, by.id, ticket.id, version=min(version, ticket.version))
        if await queries.has_unread(session, by.id, ticket.id):
            await queries.mark_read(session, by.id, ticket_id=ticket.id)
            await signal(session, ticket.id)


async def mark_unread(session: AsyncSession, ticket: Ticket, *, by: Agent) -> int:
    """Its newest entry is new again; returns how far it then counts as read."""
    version = max(ticket.version - 1, 0)
    await reading_queries.set_read(session, by.id, ticket.id, version=version)
    return version
