from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, case, delete, null, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent
from app.core.clock import now
from app.core.crypto import new_token
from app.core.database import insert_into
from app.core.leases import lease_clock
from app.replies.models import HeldLock, Holder, ReplyLock, Start

LOCK_DURATION = timedelta(seconds=90)
SWEEP_LIMIT = 100


async def find_lock(session: AsyncSession, ticket_id: int) -> HeldLock | None:
    """The lock of a ticket, living or over."""
    clock = lease_clock(session)
    statement = (
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
        .where(ReplyLock.ticket_id == ticket_id)
    )
    row = (await session.execute(statement)).one_or_none()
    return row and HeldLock(
        ticket_id=ticket_id,
        holder=Holder(row.holder_id, row.name),
        token=row.token,
        taken_at=row.taken_at,
        expires_at=now() + timedelta(seconds=row.seconds_left),
        is_over=row.is_over,
        has_ended=row.ended_at is not None,
        start=Start(row.before_status_id, row.has_assigned, row.started_at),
    )


async def take_lock(session: AsyncSession, ticket_id: int, *, holder_id: int, by_force: bool = False) -> bool:
    """One statement, so that two agents cannot both succeed. False while another holds it.

    The holder's own lock is renewed and keeps its token; from anybody else it is taken with a new one.
    """
    clock = lease_clock(session)
    statement = insert_into(session, ReplyLock).values(
        ticket_id=ticket_id,
        holder_id=holder_id,
        token=new_token(),
        taken_at=now(),
        expires=clock.in_(LOCK_DURATION),
        boot_id=clock.boot_id,
        has_assigned=False,
    )
    offered = statement.excluded
    is_own = ReplyLock.holder_id == holder_id
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
    return await session.scalar(statement.returning(ReplyLock.ticket_id)) is not None


async def renew_lock(session: AsyncSession, ticket_id: int, *, holder: Agent, token: str | None) -> HeldLock | None:
    """One's own living lock, in one statement: this is asked by every open composer, again and again.

    None when it is not theirs, over, or not the one of the token.
    """
    clock = lease_clock(session)
    is_this = [ReplyLock.token == token] if token is not None else []
    is_living = ~clock.is_over(ReplyLock.expires, ReplyLock.boot_id)
    statement = (
        update(ReplyLock)
        .where(ReplyLock.ticket_id == ticket_id, ReplyLock.holder_id == holder.id, is_living, *is_this)
        .where(ReplyLock.ended_at.is_(None))
        .values(expires=clock.in_(LOCK_DURATION))
        .returning(
            ReplyLock.token,
            ReplyLock.taken_at,
            ReplyLock.before_status_id,
            ReplyLock.has_assigned,
            ReplyLock.started_at,
        )
    )
    row = (await session.execute(statement, execution_options={"synchronize_session": False})).one_or_none()
    return row and HeldLock(
        ticket_id=ticket_id,
        holder=Holder(holder.id, holder.name),
        token=row.token,
        taken_at=row.taken_at,
        expires_at=now() + LOCK_DURATION,
        is_over=False,
        has_ended=False,
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
