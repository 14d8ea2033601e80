from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.channels.models import Channel
from app.core.errors import NotFound
from app.imports.models import Backfill, BackfillState


async def list_of_channel(session: AsyncSession, channel_id: int) -> Sequence[Backfill]:
    """Newest first."""
    statement = select(Backfill).where(Backfill.channel_id == channel_id)
    return (await session.scalars(statement.order_by(Backfill.id.desc()))).all()


async def get_of_channel(session: AsyncSession, channel_id: int, backfill_id: int) -> Backfill:
    """Held. Raises NotFound."""
    statement = select(Backfill).where(Backfill.id == backfill_id, Backfill.channel_id == channel_id)
    found = await session.scalar(statement.with_for_update())
    if found is None:
        raise NotFound(backfill_id=backfill_id)
    return found


async def list_running(session: AsyncSession) -> Sequence[Backfill]:
    """Those of channels that are paused wait."""
    return (await session.scalars(_running())).all()


async def find_running(session: AsyncSession, backfill_id: int) -> Backfill | None:
    return await session.scalar(_running().where(Backfill.id == backfill_id))


def _running() -> Select[Backfill]:
    at_work = Backfill.state == BackfillState.RUNNING, Channel.paused_at.is_(None)
    return select(Backfill).join(Channel, Channel.id == Backfill.channel_id).where(*at_work)


async def note_found(
    session: AsyncSession, backfill_id: int, uidvalidity: int, *, uid: int, waiting: int, total: int
) -> None:
    """How much the server has, and how much of that waits above `uid`."""
    values = {"uidvalidity": uidvalidity, "uid": uid, "taken": total - waiting, "total": total, "error": ""}
    await session.execute(update(Backfill).where(Backfill.id == backfill_id).values(values))


async def note_taken(session: AsyncSession, backfill_id: int, *, uid: int, taken: int) -> None:
    """Forward only: whoever comes late changes nothing."""
    statement = update(Backfill).where(Backfill.id == backfill_id, Backfill.uid < uid)
    await session.execute(statement.values(uid=uid, taken=taken, error=""))


async def note_error(session: AsyncSession, backfill_id: int, *, error: str) -> None:
    await session.execute(update(Backfill).where(Backfill.id == backfill_id).values(error=error))


async def finish(session: AsyncSession, backfill_id: int, *, at: datetime) -> None:
    is_running = Backfill.state == BackfillState.RUNNING
    statement = update(Backfill).where(Backfill.id == backfill_id, is_running)
    await session.execute(statement.values(state=BackfillState.DONE, finished_at=at, error=""))
