from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, bindparam, case, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from app.accounts.audiences import Viewer
from app.channels.models import Channel
from app.core.clock import now
from app.core.errors import NotFound
from app.core.leases import lease_clock
from app.outbox.models import OutboxEntry, OutboxState, Way
from app.tickets.message_models import Message
from app.tickets.models import Ticket

SWEEP_LIMIT = 100

ENTRY = (
    select(OutboxEntry)
    .where(OutboxEntry.id == bindparam("entry_id"))
    .options(joinedload(OutboxEntry.message))
    .execution_options(populate_existing=True)
)
LOST_PAUSE = timedelta(seconds=10)
"""From the second lost worker on: a message whose sending ends workers must not keep all of them busy."""


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


async def change(
    session: AsyncSession,
    entry_id: int,
    *,
    when: Sequence[OutboxState],
    token: str | None = None,
    if_clear: bool = False,
    **values: Any,
) -> bool:
    """Every change of state but the claim: one statement decides whether it still may be.

    `if_clear`: only where no attempt ended without a clear answer.
    """
    statement = update(OutboxEntry).where(OutboxEntry.id == entry_id, OutboxEntry.state.in_(when))
    if if_clear:
        statement = statement.where(OutboxEntry.was_unclear.is_(False))
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
    """Before the commit point again, after it uncertain; None when its worker came back meanwhile.

    In a talk again as well, where the provider takes it once: a push, and a reply for the first time (MODEL 21).
    """
    clock = lease_clock(session)
    is_unmarked = OutboxEntry.handed_over_at.is_(None)
    is_push, is_reply = OutboxEntry.way == Way.PUSH, OutboxEntry.way == Way.REPLY
    is_again = or_(is_unmarked, is_push, and_(is_reply, OutboxEntry.was_unclear.is_(False)))
    statement = (
        update(OutboxEntry)
        .where(
            OutboxEntry.id == entry_id,
            OutboxEntry.state == OutboxState.SENDING,
            clock.is_over(OutboxEntry.claim_expires, OutboxEntry.claim_boot_id),
        )
        .values(
            state=case((is_again, OutboxState.QUEUED.value), else_=OutboxState.UNCERTAIN.value),
            claim_token=case((is_again, None), else_=OutboxEntry.claim_token),
            was_unclear=or_(OutboxEntry.was_unclear, and_(~is_unmarked, or_(is_push, is_reply))),
            is_deferred=and_(OutboxEntry.is_deferred, is_unmarked),
            not_before=case(
                (and_(OutboxEntry.attempts > 1, ~is_reply), now() + LOST_PAUSE), else_=OutboxEntry.not_before
            ),
        )
        .returning(OutboxEntry.state)
    )
    return await session.scalar(statement.execution_options(synchronize_session=False))


async def find_entry(session: AsyncSession, entry_id: int) -> OutboxEntry | None:
    """With its message, as it is now."""
    return await session.scalar(ENTRY, {"entry_id": entry_id})


async def find_entry_of(session: AsyncSession, message_id: int) -> OutboxEntry | None:
    statement = select(OutboxEntry).where(OutboxEntry.message_id == message_id)
    return await session.scalar(statement.execution_options(populate_existing=True))


async def has_waiting(session: AsyncSession, conversation_id: int) -> bool:
    """Whether something said in this conversation has not left yet."""
    statement = (
        select(OutboxEntry.id)
        .join(Message, Message.id == OutboxEntry.message_id)
        .where(
            Message.conversation_id == conversation_id,
            OutboxEntry.state.in_((OutboxState.QUEUED, OutboxState.SENDING)),
        )
    )
    return await session.scalar(statement.limit(1)) is not None


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
