from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Update, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.ingest.models import RawMessage, RawState
from app.tickets.models import Origin

FORGOTTEN_AFTER = timedelta(days=1)
"""Past the time at which it should have been asked for again."""


async def list_due(
    session: AsyncSession, channel_id: int, folder: str, *, at: datetime, limit: int
) -> Sequence[RawMessage]:
    """What its server refused and may be asked for again, those that have waited longest first."""
    statement = select(RawMessage).where(
        RawMessage.channel_id == channel_id,
        RawMessage.state == RawState.REFUSED,
        RawMessage.folder == folder,
        RawMessage.retry_at <= at,
    )
    return (await session.scalars(statement.order_by(RawMessage.retry_at, RawMessage.id).limit(limit))).all()


async def give_bytes(session: AsyncSession, raw_id: int, blob: str, *, received_at: datetime) -> None:
    """At last: from now on it is like any other."""
    values = {"state": RawState.STORED, "blob": blob, "error": "", "retry_at": None, "received_at": received_at}
    await session.execute(_still_refused([raw_id]).values(values))


async def refuse_again(session: AsyncSession, raw: RawMessage, error: str, *, retry_at: datetime | None) -> None:
    """Without a time to ask again it becomes a ticket that says so. Whoever counts second changes nothing."""
    state = RawState.REFUSED if retry_at else RawState.STORED
    values = {"state": state, "refusals": raw.refusals + 1, "error": error, "retry_at": retry_at}
    statement = _still_refused([raw.id]).where(RawMessage.refusals == raw.refusals)
    await session.execute(statement.values(values))


async def is_any_refused(session: AsyncSession, channel_id: int, folder: str) -> bool:
    """Whether any of a folder is to be asked for again, now or later."""
    of_folder = RawMessage.channel_id == channel_id, RawMessage.folder == folder
    refused = select(RawMessage.id).where(*of_folder, RawMessage.state == RawState.REFUSED)
    return await session.scalar(refused.limit(1)) is not None


async def give_up_elsewhere(session: AsyncSession, channel_id: int, *, but: str, at: datetime) -> None:
    """In folders that are fetched no more nobody asks again, unless history is taken in from there."""
    elsewhere = RawMessage.channel_id == channel_id, RawMessage.folder != but
    is_forgotten = or_(RawMessage.origin == Origin.LIVE, RawMessage.retry_at < at - FORGOTTEN_AFTER)
    statement = update(RawMessage).where(*elsewhere, RawMessage.state == RawState.REFUSED, is_forgotten)
    await session.execute(statement.values(state=RawState.STORED, retry_at=None))


async def forget(session: AsyncSession, raw_ids: Collection[int]) -> None:
    """Deleted on the server before it gave them out; should they come back, they are new."""
    statement = delete(RawMessage).where(RawMessage.id.in_(raw_ids), RawMessage.state == RawState.REFUSED)
    await session.execute(statement)


async def list_known(session: AsyncSession, sources: Collection[str]) -> set[str]:
    """Those of these places from which a message is stored, whatever became of it."""
    statement = select(RawMessage.source_hash).where(RawMessage.source_hash.in_(sources))
    return set(await session.scalars(statement))


def _still_refused(raw_ids: Collection[int]) -> Update:
    return update(RawMessage).where(RawMessage.id.in_(raw_ids), RawMessage.state == RawState.REFUSED)
