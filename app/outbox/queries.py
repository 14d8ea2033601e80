from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from app.accounts.audiences import Viewer
from app.channels.models import Channel
from app.core.clock import now
from app.core.crypto import new_token
from app.core.errors import NotFound
from app.core.installation import is_sending_on
from app.core.leases import lease_clock
from app.outbox.models import OutboxEntry, OutboxState
from app.tickets.message_models import Message
from app.tickets.models import Ticket

CLAIM_DURATION = timedelta(seconds=30)
SWEEP_LIMIT = 100
LOST_PAUSE = timedelta(seconds=10)
"""From the second lost worker on: a message whose sending ends workers must not keep all of them busy."""

IS_WAITING = and_(
    OutboxEntry.state == OutboxState.QUEUED,
    OutboxEntry.channel_id.not_in(
        select(Channel.id).where(Channel.paused_at.is_not(None), Channel.is_demo.is_(False)).scalar_subquery()
    ),
)
"""What a worker may take when its time has come: entries of a paused channel wait."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right of one worker to send one entry; whoever has another token has lost it."""

    entry_id: int
    ticket_id: int
    message_id: int
    channel_id: int
    token: str


async def claim_next(session: AsyncSession, *, but_channels: Collection[int] = ()) -> Claim | None:
    """The entry that has waited longest, in one statement; what is deferred is claimed under its ticket's lock."""
    due = (
        select(OutboxEntry.id)
        .where(
            IS_WAITING,
            OutboxEntry.is_deferred.is_(False),
            OutboxEntry.not_before <= now(),
            OutboxEntry.channel_id.not_in(but_channels),
        )
        .order_by(OutboxEntry.not_before, OutboxEntry.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=OutboxEntry)
    )
    return await _claim(session, OutboxEntry.id == due.correlate(None).scalar_subquery())


async def claim_deferred(session: AsyncSession, entry_id: int) -> Claim | None:
    """None when it was cancelled or claimed meanwhile."""
    return await _claim(session, and_(OutboxEntry.id == entry_id, OutboxEntry.not_before <= now()))


async def _claim(session: AsyncSession, condition: Any) -> Claim | None:
    clock, token = lease_clock(session), new_token()
    statement = (
        update(OutboxEntry)
        .where(condition, OutboxEntry.state == OutboxState.QUEUED, is_sending_on())
        .values(
            state=OutboxState.SENDING,
            claim_token=token,
            claim_expires=clock.in_(CLAIM_DURATION),
            claim_boot_id=clock.boot_id,
            attempts=OutboxEntry.attempts + 1,
            first_try_at=func.coalesce(OutboxEntry.first_try_at, now()),
            handed_over_at=None,
            is_deferred=OutboxEntry.is_scheduled & OutboxEntry.is_deferred,
        )
        .returning(OutboxEntry.id, OutboxEntry.ticket_id, OutboxEntry.message_id, OutboxEntry.channel_id)
    )
    row = (await session.execute(statement)).one_or_none()
    return Claim(row.id, row.ticket_id, row.message_id, row.channel_id, token) if row else None


async def list_due_deferred(
    session: AsyncSession, *, but_channels: Collection[int], limit: int
) -> Sequence[tuple[int, int]]:
    """Ids of entry and ticket of what was held or scheduled until now."""
    statement = (
        select(OutboxEntry.id, OutboxEntry.ticket_id)
        .where(
            IS_WAITING,
            is_sending_on(),
            OutboxEntry.is_deferred.is_(True),
            OutboxEntry.not_before <= now(),
            OutboxEntry.channel_id.not_in(but_channels),
        )
        .order_by(OutboxEntry.not_before, OutboxEntry.id)
        .limit(limit)
    )
    return [(row.id, row.ticket_id) for row in (await session.execute(statement)).all()]


async def list_doubtful(session: AsyncSession) -> Sequence[tuple[int, int]]:
    """Ids of entry and ticket of scheduled ones whose ticket moved on; whether that overtook them is for a look."""
    statement = (
        select(OutboxEntry.id, OutboxEntry.ticket_id)
        .join(Ticket, Ticket.id == OutboxEntry.ticket_id)
        .join(Message, Message.id == OutboxEntry.message_id)
        .where(
            OutboxEntry.state == OutboxState.QUEUED,
            OutboxEntry.is_scheduled.is_(True),
            OutboxEntry.is_deferred.is_(True),
            or_(Ticket.status_id != OutboxEntry.base_status_id, Ticket.version > Message.ticket_version),
        )
        .order_by(OutboxEntry.ticket_id, OutboxEntry.id)
        .limit(SWEEP_LIMIT)
    )
    return [(row.id, row.ticket_id) for row in (await session.execute(statement)).all()]


async def find_next_due_at(session: AsyncSession, *, after: datetime) -> datetime | None:
    statement = select(func.min(OutboxEntry.not_before)).where(IS_WAITING, OutboxEntry.not_before > after)
    return await session.scalar(statement)


async def mark_handed_over(session: AsyncSession, claim: Claim) -> bool:
    """The commit point (MODEL 19). False when the claim is lost: nothing may be handed over then."""
    clock = lease_clock(session)
    statement = (
        update(OutboxEntry)
        .where(*_is_held_by(claim))
        .values(handed_over_at=now(), claim_expires=clock.in_(CLAIM_DURATION), claim_boot_id=clock.boot_id)
    )
    return await session.scalar(statement.returning(OutboxEntry.id)) is not None


async def renew(session: AsyncSession, claim: Claim) -> bool:
    clock = lease_clock(session)
    statement = (
        update(OutboxEntry)
        .where(*_is_held_by(claim))
        .values(claim_expires=clock.in_(CLAIM_DURATION), claim_boot_id=clock.boot_id)
    )
    return await session.scalar(statement.returning(OutboxEntry.id)) is not None


def _is_held_by(claim: Claim) -> tuple[Any, ...]:
    return (
        OutboxEntry.id == claim.entry_id,
        OutboxEntry.claim_token == claim.token,
        OutboxEntry.state == OutboxState.SENDING,
    )


async def change(
    session: AsyncSession, entry_id: int, *, when: Sequence[OutboxState], token: str | None = None, **values: Any
) -> bool:
    """Every change of state but the claim: one statement decides whether it still may be."""
    statement = update(OutboxEntry).where(OutboxEntry.id == entry_id, OutboxEntry.state.in_(when))
    if token is not None:
        statement = statement.where(OutboxEntry.claim_token == token)
    return await session.scalar(statement.values(**values).returning(OutboxEntry.id)) is not None


async def list_expired(session: AsyncSession) -> Sequence[OutboxEntry]:
    """Whose worker is lost, in the order in which tickets are held."""
    clock = lease_clock(session)
    statement = (
        select(OutboxEntry)
        .where(
            OutboxEntry.state == OutboxState.SENDING,
            clock.is_over(OutboxEntry.claim_expires, OutboxEntry.claim_boot_id),
        )
        .order_by(OutboxEntry.ticket_id, OutboxEntry.id)
        .limit(SWEEP_LIMIT)
        .execution_options(populate_existing=True)
    )
    return (await session.scalars(statement)).all()


async def list_unsettled(session: AsyncSession) -> Sequence[OutboxEntry]:
    """Queued, held, scheduled and being sent, in the order in which tickets are held."""
    statement = select(OutboxEntry).where(OutboxEntry.state.in_((OutboxState.QUEUED, OutboxState.SENDING)))
    return (await session.scalars(statement.order_by(OutboxEntry.ticket_id, OutboxEntry.id))).all()


async def recover(session: AsyncSession, entry_id: int) -> OutboxState | None:
    """Before the commit point again, after it uncertain; None when its worker came back meanwhile."""
    clock = lease_clock(session)
    is_unmarked = OutboxEntry.handed_over_at.is_(None)
    statement = (
        update(OutboxEntry)
        .where(
            OutboxEntry.id == entry_id,
            OutboxEntry.state == OutboxState.SENDING,
            clock.is_over(OutboxEntry.claim_expires, OutboxEntry.claim_boot_id),
        )
        .values(
            state=case((is_unmarked, OutboxState.QUEUED.value), else_=OutboxState.UNCERTAIN.value),
            claim_token=case((is_unmarked, None), else_=OutboxEntry.claim_token),
            not_before=case((OutboxEntry.attempts > 1, now() + LOST_PAUSE), else_=OutboxEntry.not_before),
        )
        .returning(OutboxEntry.state)
    )
    return await session.scalar(statement.execution_options(synchronize_session=False))


async def find_entry(session: AsyncSession, entry_id: int) -> OutboxEntry | None:
    """With its message, as it is now."""
    statement = select(OutboxEntry).where(OutboxEntry.id == entry_id).options(joinedload(OutboxEntry.message))
    return await session.scalar(statement.execution_options(populate_existing=True))


async def get_ticket_id(session: AsyncSession, entry_id: int) -> int:
    ticket_id = await session.scalar(select(OutboxEntry.ticket_id).where(OutboxEntry.id == entry_id))
    if ticket_id is None:
        raise NotFound(entry_id=entry_id)
    return ticket_id


async def list_entries(
    session: AsyncSession, *, viewer: Viewer, state: OutboxState | None, before_id: int | None, limit: int
) -> Sequence[Any]:
    """Newest first, with ticket and channel, of what the viewer may see."""
    statement = (
        select(OutboxEntry, Ticket.id.label("number"), Ticket.subject, Channel)
        .join(Ticket, Ticket.id == OutboxEntry.ticket_id)
        .join(Channel, Channel.id == OutboxEntry.channel_id)
        .where(Ticket.audience_id.in_(viewer.audience_ids))
        .order_by(OutboxEntry.id.desc())
        .limit(limit)
    )
    if state is not None:
        statement = statement.where(OutboxEntry.state == state)
    if before_id is not None:
        statement = statement.where(OutboxEntry.id < before_id)
    return (await session.execute(statement)).all()
