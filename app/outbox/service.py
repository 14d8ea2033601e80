"""What happens to entries of the outbox but their sending: accepted, cancelled, decided by a person, recovered."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent
from app.conversations import answer_queries
from app.core.clock import now
from app.core.database import wake_at_commit
from app.core.errors import Invalid
from app.core.i18n import mark
from app.core.wakeups import OUTBOX
from app.live.signals import signal
from app.outbox import message_queries as outgoing_messages
from app.outbox import queries
from app.outbox.errors import AlreadySent, NotUndecided, Overtaken
from app.outbox.models import UNDECIDED, OutboxEntry, OutboxState, Way
from app.outbox.settling import leave
from app.tickets import queries as ticket_queries
from app.tickets.history_models import Actor, EventKind
from app.tickets.log import record
from app.tickets.message_models import Message
from app.tickets.models import Origin, Ticket
from app.tickets.outgoing import list_overtaking

UNSETTLED = (OutboxState.QUEUED, OutboxState.SENDING)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a message was accepted against, and when it may leave (MODEL 20)."""

    base_version: int
    before_status_id: int
    next_status_id: int | None
    not_before: datetime
    is_scheduled: bool


async def enqueue(session: AsyncSession, ticket: Ticket, message: Message, terms: Terms) -> OutboxEntry:
    """In the unit of work that accepts the message, once the ticket has the status that it keeps until then."""
    entry = OutboxEntry(
        message_id=message.id,
        ticket_id=ticket.id,
        channel_id=message.channel_id,
        created_at=message.created_at,
        not_before=terms.not_before,
        is_scheduled=terms.is_scheduled,
        is_deferred=terms.not_before > message.created_at,
        base_version=terms.base_version,
        base_status_id=ticket.status_id,
        before_status_id=terms.before_status_id,
        next_status_id=terms.next_status_id,
        provider_id=str(uuid4()) if message.conversation_id is not None else None,
    )
    session.add(entry)
    await session.flush()
    wake_at_commit(session, OUTBOX)
    await signal(session, ticket.id)
    return entry


async def cancel(session: AsyncSession, ticket: Ticket, entry: OutboxEntry) -> None:
    """Nothing leaves; raises AlreadySent when a worker was faster. What becomes of the text is the caller's."""
    state = OutboxState.CANCELLED
    values: dict[str, Any] = {"state": state, "settled_at": now()}
    if not await queries.change(session, entry.id, when=[OutboxState.QUEUED], if_clear=True, **values):
        raise AlreadySent
    await signal(session, ticket.id)


async def reschedule(
    session: AsyncSession, ticket: Ticket, entry: OutboxEntry, *, send_at: datetime | None, by: Agent
) -> None:
    """Another time, or now. Raises Invalid for the past, Overtaken, and AlreadySent for what waits no more."""
    at = now()
    if send_at is not None and send_at <= at:
        raise Invalid("send_at", mark("This is in the past."))
    if send_at is not None and not entry.is_deferred:
        raise AlreadySent
    if entry.is_deferred and await is_overtaken(session, ticket, entry):
        raise Overtaken
    if not await queries.change(session, entry.id, when=[OutboxState.QUEUED], not_before=send_at or at):
        raise AlreadySent
    record(session, ticket, EventKind.RESCHEDULED, by=Actor.agent(by), message_id=entry.message_id)
    wake_at_commit(session, OUTBOX)
    await signal(session, ticket.id)


async def is_overtaken(session: AsyncSession, ticket: Ticket, entry: OutboxEntry) -> bool:
    """Whether something came, or somebody changed the status, since the entry was accepted (MODEL 20)."""
    if ticket.status_id != entry.base_status_id:
        return True
    author_id = entry.message.author_agent_id
    newer = await list_overtaking(session, ticket, base_version=entry.base_version, author_id=author_id)
    return any(message.id != entry.message_id for message in newer)


async def resend(session: AsyncSession, ticket: Ticket, entry: OutboxEntry, *, by: Agent) -> None:
    """Again, by a person's decision, against the ticket as they see it."""
    before = entry.state
    values: dict[str, Any] = {
        "state": OutboxState.QUEUED,
        "not_before": now(),
        "is_deferred": False,
        "attempts": 0,
        "first_try_at": None,
        "claim_token": None,
        "handed_over_at": None,
        "settled_at": None,
        "error": "",
        "base_version": ticket.version,
        "base_status_id": ticket.status_id,
        "way": Way.NONE,
        "was_unclear": False,
        "provider_id": str(uuid4()) if entry.provider_id else None,
    }
    if not await queries.change(session, entry.id, when=UNDECIDED, **values):
        raise NotUndecided
    await answer_queries.forget_token_of(session, entry.id)
    await outgoing_messages.forget_refusals(session, entry.message_id)
    states = [before, OutboxState.QUEUED]
    record(session, ticket, EventKind.RESENT, by=Actor.agent(by), message_id=entry.message_id, state=states)
    wake_at_commit(session, OUTBOX)
    await signal(session, ticket.id)


async def settle(session: AsyncSession, ticket: Ticket, entry: OutboxEntry, *, as_: OutboxState, by: Agent) -> None:
    """A person knows what became of it, or discards it. Settled as sent it counts as sent."""
    before, at = entry.state, now()
    if not await queries.change(session, entry.id, when=UNDECIDED, state=as_, settled_at=at, claim_token=None):
        raise NotUndecided
    states = [before, as_]
    record(session, ticket, EventKind.SEND_SETTLED, by=Actor.agent(by), message_id=entry.message_id, state=states)
    if as_ is OutboxState.SENT:
        await leave(session, ticket, entry, refused={}, at=at)
    await signal(session, ticket.id)


async def leave_to_people(session: AsyncSession, *, reason: str) -> int:
    """After a restore nobody knows what became of what was waiting (MODEL 22); returns how many there are."""
    await answer_queries.forget_tokens(session)
    entries = await queries.list_unsettled(session)
    values: dict[str, Any] = {"state": OutboxState.UNCERTAIN, "claim_token": None, "error": reason}
    for entry in entries:
        ticket = await ticket_queries.find_ticket(session, entry.ticket_id)
        if ticket and await queries.change(session, entry.id, when=UNSETTLED, **values):
            record(session, ticket, EventKind.SEND_UNCERTAIN, origin=Origin.RESTORE, message_id=entry.message_id)
    return len(entries)


async def recover_expired(session: AsyncSession) -> None:
    """What a lost worker left: to be sent again if it was certainly not handed over, else for a person to decide."""
    for entry in await queries.list_expired(session):
        ticket = await ticket_queries.find_ticket(session, entry.ticket_id)
        state = await queries.recover(session, entry.id) if ticket else None
        if ticket is None or state is None:
            continue
        if state is OutboxState.UNCERTAIN:
            record(session, ticket, EventKind.SEND_UNCERTAIN, message_id=entry.message_id)
        wake_at_commit(session, OUTBOX)
        await signal(session, ticket.id)
