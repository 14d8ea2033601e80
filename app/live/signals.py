"""News that are no history: a lock, presence or delivery of a ticket changed (MODEL 4)."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import now
from app.core.database import wake_at_commit
from app.core.wakeups import SIGNALS
from app.live import queries

KEPT = timedelta(hours=1)


async def signal(session: AsyncSession, ticket_id: int) -> None:
    """Every page that shows the ticket draws it anew, within a second of the commit."""
    await queries.add_signal(session, ticket_id)
    wake_at_commit(session, SIGNALS)


async def signal_desk(session: AsyncSession) -> None:
    """Every page draws what surrounds the tickets anew: tabs, handover notes, announcements."""
    await queries.add_signal(session, None)
    wake_at_commit(session, SIGNALS)


async def trim(session: AsyncSession) -> None:
    """Whoever was away for longer reads the page anew."""
    await queries.delete_signals(session, before=now() - KEPT)
