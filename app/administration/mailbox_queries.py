from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.ingest.models import RawMessage, RawState


async def count_stored(session: AsyncSession, channel_ids: Collection[int]) -> dict[tuple[int, str, RawState], int]:
    """How many messages of each folder are in which state."""
    statement = (
        select(RawMessage.channel_id, RawMessage.folder, RawMessage.state, func.count())
        .where(RawMessage.channel_id.in_(channel_ids))
        .group_by(RawMessage.channel_id, RawMessage.folder, RawMessage.state)
    )
    return {(row[0], row[1], row[2]): row[3] for row in await session.execute(statement)}


async def map_next_tries(session: AsyncSession, channel_ids: Collection[int]) -> dict[tuple[int, str], datetime]:
    """When each folder's server is asked next for something that it refused."""
    statement = (
        select(RawMessage.channel_id, RawMessage.folder, func.min(RawMessage.retry_at))
        .where(RawMessage.channel_id.in_(channel_ids), RawMessage.state == RawState.REFUSED)
        .group_by(RawMessage.channel_id, RawMessage.folder)
    )
    return {(row[0], row[1]): row[2] for row in await session.execute(statement) if row[2] is not None}
