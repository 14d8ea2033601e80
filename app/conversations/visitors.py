"""What is told to the browsers of a website's visitors (`app.chat.hub` does it), and who of them is forgotten."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.conversations import visitor_queries
from app.core.clock import now
from app.core.database import wake_at_commit
from app.core.wakeups import VISITORS

NEWS_KEPT = timedelta(minutes=10)
SILENT_FOR = timedelta(days=30)


async def tell(session: AsyncSession, conversation_id: int) -> None:
    """What the visitor of this conversation sees of it changed; nothing, where there is no visitor."""
    if await visitor_queries.add_news_of(session, conversation_id):
        wake_at_commit(session, VISITORS)


async def expect_hearing(session: AsyncSession, conversation_id: int, *, at: datetime) -> None:
    """Something was said to the visitor: `app.chat.continuing` looks whether they hear it, or it goes by mail."""
    await visitor_queries.look_after(session, conversation_id, at=at)


async def tidy(session: AsyncSession) -> None:
    await visitor_queries.delete_news(session, before=now() - NEWS_KEPT)
    await visitor_queries.delete_silent(session, before=now() - SILENT_FOR)
