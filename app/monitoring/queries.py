from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.channels.kinds import is_fetched
from app.channels.models import Channel, ChannelFolder
from app.core.leases import lease_clock
from app.core.rows import AnyRow
from app.ingest.models import RawMessage, RawState
from app.outbox.models import OutboxEntry, OutboxState
from app.replies.models import ReplyLock
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


async def list_intake(session: AsyncSession) -> Sequence[AnyRow]:
    """Of each channel that took something in: how many raw messages, and how many of them could not be read."""
    unreadable = func.count().filter(RawMessage.state == RawState.UNREADABLE).label("unreadable")
    refused = func.count().filter(RawMessage.state == RawState.REFUSED).label("refused")
    statement = select(RawMessage.channel_id, func.count().label("stored"), unreadable, refused)
    return (await session.execute(statement.group_by(RawMessage.channel_id))).all()


async def list_folders(session: AsyncSession) -> Sequence[ChannelFolder]:
    """Of mailboxes that are fetched, the folder of each that was read last: it may have had another one before."""
    statement = select(ChannelFolder, Channel.kind).join(Channel, Channel.id == ChannelFolder.channel_id)
    newest_last = (ChannelFolder.last_success_at.is_not(None), ChannelFolder.last_success_at, ChannelFolder.id)
    rows = await session.execute(statement.where(Channel.paused_at.is_(None)).order_by(*newest_last))
    return list({folder.channel_id: folder for folder, kind in rows if is_fetched(kind)}.values())


async def count_locks(session: AsyncSession) -> int:
    """Replies that somebody is writing now."""
    clock = lease_clock(session)
    is_living = ~clock.is_over(ReplyLock.expires, ReplyLock.boot_id)
    return await session.scalar(select(func.count()).select_from(ReplyLock).where(is_living)) or 0


async def count_dead_events(session: AsyncSession) -> int:
    return await session.scalar(select(func.count()).select_from(DeadEvent)) or 0


async def find_oldest_due(session: AsyncSession) -> datetime | None:
    """Since when the entry has been due that has waited longest."""
    statement = select(func.min(OutboxEntry.not_before)).where(OutboxEntry.state == OutboxState.QUEUED)
    return await session.scalar(statement)
