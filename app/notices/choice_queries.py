from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.database import insert_into
from app.notices.models import NoticeKind
from app.notices.watching_models import NoticeChoice, NoticePreference, Pace
from app.notices.ways import Ways


async def find_preference(session: AsyncSession, agent_id: int) -> NoticePreference | None:
    return await session.scalar(select(NoticePreference).where(NoticePreference.agent_id == agent_id))


async def set_preference(
    session: AsyncSession, agent_id: int, *, pace: Pace, shows_text: bool, begun_at: datetime
) -> None:
    """Who begins to get mails gets no mail of what was before."""
    chosen = {"pace": pace, "shows_text": shows_text}
    statement = insert_into(session, NoticePreference).values(agent_id=agent_id, mailed_until=begun_at, **chosen)
    await session.execute(statement.on_conflict_do_update(index_elements=[NoticePreference.agent_id], set_=chosen))


async def set_choices(session: AsyncSession, agent_id: int, ways: Mapping[NoticeKind, Ways]) -> None:
    """These and no others."""
    await session.execute(delete(NoticeChoice).where(NoticeChoice.agent_id == agent_id))
    rows = [{"agent_id": agent_id, "kind": kind, **each._asdict()} for kind, each in ways.items()]
    if rows:
        await session.execute(insert(NoticeChoice), rows)
