from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy import and_, bindparam, case, delete, null, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent
from app.core.base import UTCDateTime
from app.core.clock import now
from app.core.crypto import new_token
from app.core.database import dialect_of
from app.core.dialect import DatabaseDialect
from app.core.leases import LeaseClock, clock_of, lease_clock
from app.core.rows import AnyChange, AnyRow, AnySelect, fetch
from app.replies.models import HeldLock, Holder, ReplyLock, Start

LOCK_DURATION = timedelta(seconds=90)
SWEEP_LIMIT = 100


async def find_lock(session: AsyncSession, ticket_id: int) -> HeldLock | None:
    """The lock of a ticket, living or over."""
    row = next(iter(await fetch(session, _finding(lease_clock(session)), {"this_ticket": ticket_id})), None)
    if row is None:
        return None
    holder, left = Holder(row.holder_id, row.name), timedelta(seconds=row.seconds_left)
    return _held(ticket_id, holder, row, left=left, is_over=bool(row.is_over), has_ended=row.ended_at is not None)


@lru_cache
def _finding(clock: LeaseClock) -> AnySelect:
    return (
        select(
            ReplyLock.holder_id,
            Agent.name,
            ReplyLock.token,
            ReplyLock.taken_at,
            (ReplyLock.expires - clock.now).label("seconds_left"),
            clock.is_over(ReplyLock.expires, ReplyLock.boot_id).label("is_over"),
            ReplyLock.ended_at,
            ReplyLock.before_status_id,
            ReplyLock.has_assigned,
            ReplyLock.started_at,
        )
        .join(Agent, Agent.id == ReplyLock.holder_id)
        .where(ReplyLock.ticket_id == bindparam("this_ticket"))
    )


async def take_lock(session: AsyncSession, ticket_id: int, *, holder_id: int, by_force: bool = False) -> bool:
    """One statement, so that two agents cannot both succeed. False while another holds it.

    The holder's own lock is renewed and keeps its token; from anybody else it is taken with a new one.
    """
    taking = _taking(dialect_of(session), by_force=by_force)
    values = {"this_ticket": ticket_id, "this_agent": holder_id, "this_token": new_token(), "at": now()}
    return bool(await fetch(session, taking, values))


@lru_cache
def _taking(dialect: DatabaseDialect, *, by_force: bool) -> AnyChange:
    clock = clock_of(dialect)
    statement = dialect.insert(ReplyLock).values(
        ticket_id=bindparam("this_ticket"),
        holder_id=bindparam("this_agent"),
        token=bindparam("this_token"),
        taken_at=bindparam("at", type_=UTCDateTime),
        expires=clock.in_(LOCK_DURATION),
        boot_id=clock.boot_id,
        has_assigned=False,
    )
    offered = statement.excluded
    is_own = ReplyLock.holder_id == offered.holder_id
    is_over = clock.is_over(ReplyLock.expires, ReplyLock.boot_id)
    statement = statement.on_conflict_do_update(
        index_elements=[ReplyLock.ticket_id],
        set_={
            "holder_id": offered.holder_id,
            "token": case((is_own, ReplyLock.token), else_=offered.token),
            "taken_at": case((and_(is_own, ~is_over), ReplyLock.taken_at), else_=offered.taken_at),
            "expires": offered.expires,
            "boot_id": offered.boot_id,
            "ended_at": null(),
            "before_status_id": case((is_own, ReplyLock.before_status_id), else_=null()),
            "has_assigned": case((is_own, ReplyLock.has_assigned), else_=offered.has_assigned),
            "started_at": case((is_own, ReplyLock.started_at), else_=null()),
        },
        where=None if by_force else is_own | is_over,
    )
    taking: AnyChange = statement.returning(ReplyLock.ticket_id)
    return taking


async def renew_lock(session: AsyncSession, ticket_id: int, *, holder: Agent, token: str | None) -> HeldLock | None:
    """One's own living lock, in one statement: this is asked by every open composer, again and again.

    None when it is not theirs, over, or not the one of the token.
    """
    renewing = _renewing(lease_clock(session), by_token=token is not None)
    values = {"this_ticket": ticket_id, "this_agent": holder.id}
    row = next(iter(await fetch(session, renewing, values if token is None else {**values, "this_token": token})), None)
    return None if row is None else _held(ticket_id, Holder(holder.id, holder.name), row, left=LOCK_DURATION)


@lru_cache
def _renewing(clock: LeaseClock, *, by_token: bool) -> AnyChange:
    is_this = [ReplyLock.token == bindparam("this_token")] if by_token else []
    is_living = ~clock.is_over(ReplyLock.expires, ReplyLock.boot_id)
    return (
        update(ReplyLock)
        .where(ReplyLock.ticket_id == bindparam("this_ticket"), ReplyLock.holder_id == bindparam("this_agent"))
        .where(is_living, ReplyLock.ended_at.is_(None), *is_this)
        .values(expires=clock.in_(LOCK_DURATION))
        .returning(
            ReplyLock.token,
            ReplyLock.taken_at,
            ReplyLock.before_status_id,
            ReplyLock.has_assigned,
            ReplyLock.started_at,
        )
    )


def _held(
    ticket_id: int, holder: Holder, row: AnyRow, *, left: timedelta, is_over: bool = False, has_ended: bool = False
) -> HeldLock:
    return HeldLock(
        ticket_id=ticket_id,
        holder=holder,
        token=row.token,
        taken_at=row.taken_at,
        expires_at=now() + left,
        is_over=is_over,
        has_ended=has_ended,
        start=Start(row.before_status_id, row.has_assigned, row.started_at),
    )


async def find_holder(session: AsyncSession, ticket_id: int, *, token: str) -> int | None:
    """Who may send with this token: equality decides, not the clock (MODEL 5). The row is held."""
    statement = select(ReplyLock.holder_id).where(ReplyLock.ticket_id == ticket_id, ReplyLock.token == token)
    return await session.scalar(statement.with_for_update())


async def set_start(session: AsyncSession, ticket_id: int, start: Start) -> None:
    await session.execute(
        update(ReplyLock)
        .where(ReplyLock.ticket_id == ticket_id)
        .values(before_status_id=start.before_status_id, has_assigned=start.has_assigned, started_at=start.at)
    )


async def delete_lock(session: AsyncSession, ticket_id: int) -> None:
    await session.execute(delete(ReplyLock).where(ReplyLock.ticket_id == ticket_id))


async def list_expired_ids(session: AsyncSession) -> Sequence[int]:
    """Tickets whose lock is over and nobody was told yet, in the order in which tickets are held."""
    clock = lease_clock(session)
    statement = select(ReplyLock.ticket_id).where(
        ReplyLock.ended_at.is_(None), clock.is_over(ReplyLock.expires, ReplyLock.boot_id)
    )
    return (await session.scalars(statement.order_by(ReplyLock.ticket_id).limit(SWEEP_LIMIT))).all()


async def list_ids(session: AsyncSession) -> Sequence[int]:
    """Tickets with a lock, living or over, in the order in which tickets are held."""
    return (await session.scalars(select(ReplyLock.ticket_id).order_by(ReplyLock.ticket_id))).all()


async def end_lock(session: AsyncSession, ticket_id: int) -> bool:
    """Mark an expired lock as told; False when it was renewed meanwhile. Its token stays good."""
    clock = lease_clock(session)
    statement = (
        update(ReplyLock)
        .where(
            ReplyLock.ticket_id == ticket_id,
            ReplyLock.ended_at.is_(None),
            clock.is_over(ReplyLock.expires, ReplyLock.boot_id),
        )
        .values(ended_at=now())
        .returning(ReplyLock.ticket_id)
    )
    return await session.scalar(statement) is not None


async def delete_ended(session: AsyncSession, *, before: datetime) -> None:
    await session.execute(delete(ReplyLock).where(ReplyLock.ended_at < before))
