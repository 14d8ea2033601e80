from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.channels.models import ChannelFolder
from app.ingest.models import RawMessage, RawState
from app.outbox.models import OutboxEntry, OutboxState
from app.tickets.history_models import DeadEvent

OPEN_STATES = (OutboxState.QUEUED, OutboxState.SENDING, OutboxState.FAILED, OutboxState.UNCERTAIN)


async def count_outbox(session: AsyncSession) -> Mapping[str, int]:
    """Entries that are not at their end, by state; zero where there is none."""
    statement = select(OutboxEntry.state, func.count()).where(OutboxEntry.state.in_(OPEN_STATES))
    rows = await session.execute(statement.group_by(OutboxEntry.state))
    found = {row[0]: row[1] for row in rows}
    return {state.value: found.get(state, 0) for state in OPEN_STATES}


async def count_undigested(session: AsyncSession) -> int:
    statement = select(func.count()).select_from(RawMessage).where(RawMessage.state == RawState.STORED)
    return await session.scalar(statement) or 0


async def count_failing_folders(session: AsyncSession) -> int:
    statement = select(func.count()).select_from(ChannelFolder).where(ChannelFolder.last_error != "")
    return await session.scalar(statement) or 0


async def count_dead_events(session: AsyncSession) -> int:
    return await session.scalar(select(func.count()).select_from(DeadEvent)) or 0


async def find_oldest_due(session: AsyncSession) -> datetime | None:
    """Since when the entry has been due that has waited longest."""
    statement = select(func.min(OutboxEntry.not_before)).where(OutboxEntry.state == OutboxState.QUEUED)
    return await session.scalar(statement)
