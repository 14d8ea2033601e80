from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.ingest.models import RawMessage, RawState

UNREAD = (RawState.UNREADABLE, RawState.SET_ASIDE)


async def count_stored(session: AsyncSession, channel_ids: Collection[int]) -> dict[tuple[int, str, RawState], int]:
    """How many messages of each folder are in which state."""
    statement = (
        select(RawMessage.channel_id, RawMessage.folder, RawMessage.state, func.count())
        .where(RawMessage.channel_id.in_(channel_ids))
        .group_by(RawMessage.channel_id, RawMessage.folder, RawMessage.state)
    )
    return {(row[0], row[1], row[2]): row[3] for row in await session.execute(statement)}
