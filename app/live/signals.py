"""News that are no history: a lock, presence or delivery of a ticket changed (MODEL 4)."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.database import wake_at_commit
from app.core.wakeups import SIGNALS
from app.live import queries


async def signal(session: AsyncSession, ticket_id: int) -> None:
    """Every page that shows the ticket draws it anew, within a second of the commit."""
    await queries.add_signal(session, ticket_id)
    wake_at_commit(session, SIGNALS)
