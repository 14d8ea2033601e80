from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.channels.models import Channel
from app.core.clock import now
from app.core.database import insert_into
from app.core.leases import lease_clock
from app.ingest.models import RawMessage, RawState
from app.tickets.message_models import MessageSource
from app.tickets.models import Origin

CLAIM_DURATION = timedelta(seconds=30)


async def add_raw_messages(session: AsyncSession, rows: list[dict[str, Any]]) -> None:
    defaults = {"stored_at": now(), "attempts": 0, "failures": 0}
    statement = insert_into(session, RawMessage).on_conflict_do_nothing()
    await session.execute(statement, [{**defaults, **row} for row in rows])


async def claim_new(session: AsyncSession, *, limit: int, but_kinds: Collection[str] = ()) -> Sequence[RawMessage]:
    """Raw messages for this process to digest for the first time, oldest first; another process takes others.

    History waits until nothing that just arrived does.
    """
    is_new = and_(RawMessage.attempts == 0, _is_of_other_kinds(but_kinds))
    live = await _claim(session, and_(is_new, RawMessage.origin == Origin.LIVE), limit=limit)
    return live or await _claim(session, and_(is_new, RawMessage.origin == Origin.IMPORT), limit=limit)


async def claim_again(session: AsyncSession, *, but_kinds: Collection[str] = ()) -> Sequence[RawMessage]:
    """One that failed or was abandoned, alone: one that ends the process uses up nobody else's attempts."""
    return await _claim(session, and_(RawMessage.attempts > 0, _is_of_other_kinds(but_kinds)), limit=1)


def _is_of_other_kinds(kinds: Collection[str]) -> ColumnElement[bool]:
    if not kinds:
        return true()
    return RawMessage.channel_id.not_in(select(Channel.id).where(Channel.kind.in_(kinds)).scalar_subquery())


async def _claim(session: AsyncSession, condition: ColumnElement[bool], *, limit: int) -> Sequence[RawMessage]:
    clock = lease_clock(session)
    free = or_(RawMessage.claim_expires.is_(None), clock.is_over(RawMessage.claim_expires, RawMessage.claim_boot_id))
    chosen = (
        select(RawMessage.id)
        .where(RawMessage.state == RawState.STORED, condition, free)
        .order_by(RawMessage.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    claim = (
        update(RawMessage)
        .where(RawMessage.id.in_(chosen))
        .values(claim_expires=clock.in_(CLAIM_DURATION), claim_boot_id=clock.boot_id, attempts=RawMessage.attempts + 1)
        .returning(RawMessage)
        .execution_options(synchronize_session=False)
    )
    claimed = (await session.scalars(claim)).all()
    return sorted(claimed, key=lambda raw: raw.id)


async def settle(session: AsyncSession, raws: Mapping[int, RawState], *, parser_version: int) -> set[int]:
    """The ids that were not digested before: whoever comes second does nothing."""
    settled: set[int] = set()
    for state in sorted(set(raws.values())):
        ids = [raw_id for raw_id, becomes in raws.items() if becomes is state]
        statement = (
            update(RawMessage)
            .where(RawMessage.id.in_(ids), RawMessage.state == RawState.STORED)
            .values(state=state, parser_version=parser_version, claim_expires=None)
            .returning(RawMessage.id)
            .execution_options(synchronize_session=False)
        )
        settled.update((await session.scalars(statement)).all())
    return settled


async def note_failure(session: AsyncSession, raw_id: int, error: str, *, is_last: bool) -> None:
    """Free to be tried again at once; after the last attempt only when the claim is over."""
    values = {"error": error, "failures": RawMessage.failures + 1} | ({} if is_last else {"claim_expires": None})
    await session.execute(update(RawMessage).where(RawMessage.id == raw_id).values(values))


async def has_live_source(session: AsyncSession, message_id: int) -> bool:
    """Whether it ever arrived, and was not only taken in as history."""
    source = select(RawMessage.id).join(MessageSource, MessageSource.raw_id == RawMessage.id)
    arrived = source.where(MessageSource.message_id == message_id, RawMessage.origin != Origin.IMPORT)
    return await session.scalar(arrived.limit(1)) is not None


async def count_waiting(session: AsyncSession, origin: Origin) -> int:
    """Not digested yet."""
    waiting = select(func.count()).where(RawMessage.state == RawState.STORED, RawMessage.origin == origin)
    return await session.scalar(waiting) or 0


async def count_by_channel(session: AsyncSession) -> dict[tuple[int, RawState], int]:
    statement = select(RawMessage.channel_id, RawMessage.state, func.count()).group_by(
        RawMessage.channel_id, RawMessage.state
    )
    return {(channel_id, state): count for channel_id, state, count in await session.execute(statement)}
