"""Who sends what: a worker claims an entry, keeps the claim while it sends, and marks the commit point (MODEL 19)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.channels.models import Channel
from app.core.base import UTCDateTime
from app.core.clock import now
from app.core.crypto import new_token
from app.core.installation import is_sending_on
from app.core.leases import LeaseClock, lease_clock
from app.core.rows import AnyChange, fetch
from app.outbox.models import OutboxEntry, OutboxState

CLAIM_DURATION = timedelta(seconds=30)
DUE_LIMIT = 4

IS_WAITING = and_(
    OutboxEntry.state == OutboxState.QUEUED,
    OutboxEntry.channel_id.not_in(
        select(Channel.id).where(Channel.paused_at.is_not(None), Channel.is_demo.is_(False)).scalar_subquery()
    ),
)
"""What a worker may take when its time has come: entries of a paused channel wait."""

AT = bindparam("at", type_=UTCDateTime)
IS_DUE = and_(
    IS_WAITING,
    OutboxEntry.not_before <= AT,
    OutboxEntry.channel_id.not_in(bindparam("but_channels", expanding=True)),
)
DUE = (
    select(OutboxEntry.id, OutboxEntry.ticket_id, OutboxEntry.is_deferred)
    .where(IS_DUE, is_sending_on())
    .order_by(OutboxEntry.not_before, OutboxEntry.id)
    .limit(DUE_LIMIT)
)
NEXT_DUE = select(func.min(OutboxEntry.not_before)).where(IS_WAITING, OutboxEntry.not_before > AT)


class Due(NamedTuple):
    """An entry whose time has come. Deferred: held or scheduled until now, so it may have been overtaken."""

    entry_id: int
    ticket_id: int
    is_deferred: bool


@dataclass(frozen=True, slots=True)
class Claim:
    """The right of one worker to send one entry; whoever has another token has lost it."""

    entry_id: int
    ticket_id: int
    message_id: int
    channel_id: int
    token: str


async def claim_next(session: AsyncSession, *, but_channels: Collection[int] = ()) -> Claim | None:
    """In one statement the entry that has waited longest; what is deferred is claimed under its ticket's lock."""
    return await _claim(session, _claiming_next(lease_clock(session)), but_channels=list(but_channels))


async def claim_deferred(session: AsyncSession, entry_id: int) -> Claim | None:
    """None when it was cancelled or claimed meanwhile."""
    return await _claim(session, _claiming_one(lease_clock(session)), entry_id=entry_id)


async def _claim(session: AsyncSession, claiming: AnyChange, **values: Any) -> Claim | None:
    token = new_token()
    rows = await fetch(session, claiming, {"at": now(), "token": token, **values})
    return next((Claim(row.id, row.ticket_id, row.message_id, row.channel_id, token) for row in rows), None)


@lru_cache
def _claiming_next(clock: LeaseClock) -> AnyChange:
    due = (
        select(OutboxEntry.id)
        .where(IS_DUE, OutboxEntry.is_deferred.is_(False))
        .order_by(OutboxEntry.not_before, OutboxEntry.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=OutboxEntry)
    )
    return _claiming(clock, OutboxEntry.id == due.correlate(None).scalar_subquery())


@lru_cache
def _claiming_one(clock: LeaseClock) -> AnyChange:
    return _claiming(clock, and_(OutboxEntry.id == bindparam("entry_id"), OutboxEntry.not_before <= AT))


def _claiming(clock: LeaseClock, condition: ColumnElement[bool]) -> AnyChange:
    return (
        update(OutboxEntry)
        .where(condition, OutboxEntry.state == OutboxState.QUEUED, is_sending_on())
        .values(
            state=OutboxState.SENDING,
            claim_token=bindparam("token"),
            claim_expires=clock.in_(CLAIM_DURATION),
            claim_boot_id=clock.boot_id,
            attempts=OutboxEntry.attempts + 1,
            first_try_at=func.coalesce(OutboxEntry.first_try_at, AT),
            handed_over_at=None,
            is_deferred=OutboxEntry.is_scheduled & OutboxEntry.is_deferred,
        )
        .returning(OutboxEntry.id, OutboxEntry.ticket_id, OutboxEntry.message_id, OutboxEntry.channel_id)
    )


async def list_due(session: AsyncSession, *, but_channels: Collection[int]) -> Sequence[Due]:
    """What a worker may try to claim now, what has waited longest first."""
    rows = await fetch(session, DUE, {"at": now(), "but_channels": list(but_channels)})
    return [Due(*row) for row in rows]


async def find_next_due_at(session: AsyncSession, *, after: datetime) -> datetime | None:
    [row] = await fetch(session, NEXT_DUE, {"at": after})
    due_at: datetime | None = row[0]
    return due_at


async def mark_handed_over(session: AsyncSession, claim: Claim) -> bool:
    """The commit point (MODEL 19). False when the claim is lost: nothing may be handed over then."""
    return await _keep(session, _handing_over(lease_clock(session)), claim, at=now())


async def renew(session: AsyncSession, claim: Claim) -> bool:
    return await _keep(session, _keeping(lease_clock(session)), claim)


async def _keep(session: AsyncSession, keeping: AnyChange, claim: Claim, **values: Any) -> bool:
    return bool(await fetch(session, keeping, {"entry_id": claim.entry_id, "token": claim.token, **values}))


@lru_cache
def _handing_over(clock: LeaseClock) -> AnyChange:
    return _keeping(clock).values(handed_over_at=AT)


@lru_cache
def _keeping(clock: LeaseClock) -> AnyChange:
    return (
        update(OutboxEntry)
        .where(
            OutboxEntry.id == bindparam("entry_id"),
            OutboxEntry.claim_token == bindparam("token"),
            OutboxEntry.state == OutboxState.SENDING,
        )
        .values(claim_expires=clock.in_(CLAIM_DURATION), claim_boot_id=clock.boot_id)
        .returning(OutboxEntry.id)
    )
