"""The end of an attempt: what became of it is written in one unit of work, under the ticket's lock (MODEL 19)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import now
from app.live.signals import signal
from app.outbox import message_queries, queries
from app.outbox.addresses import wire_form
from app.outbox.claim_queries import Claim
from app.outbox.models import OutboxEntry, OutboxState
from app.tickets import message_queries as ticket_messages
from app.tickets import queries as ticket_queries
from app.tickets.closing import move
from app.tickets.history_models import SYSTEM, Actor, ActorKind, EventKind
from app.tickets.log import record
from app.tickets.message_models import MessageRecipient, RecipientRole
from app.tickets.models import Ticket
from app.tickets.outgoing import note_departure


@dataclass(frozen=True, slots=True)
class Sent:
    """The provider has it; `refused` names whom it would not take, in its words. `note` is shown with it."""

    refused: Mapping[str, str] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, slots=True)
class NotTaken:
    """The provider certainly does not have it."""

    reason: str
    is_permanent: bool = False
    refused: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unclear:
    """Nobody knows whether the provider has it; a person decides (C7)."""

    reason: str


Outcome = Sent | NotTaken | Unclear


async def settle(session: AsyncSession, claim: Claim, outcome: Outcome) -> None:
    """What a worker that lost its claim reports changes nothing, but that an uncertain message did arrive."""
    ticket = await ticket_queries.find_ticket(session, claim.ticket_id)
    entry = await queries.find_entry(session, claim.entry_id)
    if ticket is None or entry is None:
        return
    if isinstance(outcome, Sent):
        has_changed = await _settle_sent(session, ticket, entry, claim, outcome)
    elif isinstance(outcome, Unclear):
        has_changed = await _settle_unclear(session, ticket, entry, claim, outcome)
    else:
        has_changed = await _settle_not_taken(session, ticket, entry, claim, outcome)
    if has_changed:
        await signal(session, ticket.id)


async def leave(
    session: AsyncSession, ticket: Ticket, entry: OutboxEntry, *, refused: Mapping[str, str], at: datetime
) -> None:
    """The message is out: it counts from now on, and a scheduled one's status applies (MODEL 20)."""
    await _note_recipients(session, entry, refused, is_sent=True)
    await note_departure(session, ticket, entry.message, at=at)
    is_status_due = entry.is_scheduled and entry.next_status_id and ticket.status_id == entry.base_status_id
    if is_status_due and entry.next_status_id:
        status = await ticket_queries.get_status(session, entry.next_status_id)
        await move(session, ticket, status, by=_author(entry))


async def _settle_sent(session: AsyncSession, ticket: Ticket, entry: OutboxEntry, claim: Claim, outcome: Sent) -> bool:
    at = now()
    is_ours = await queries.change(
        session,
        entry.id,
        when=[OutboxState.SENDING, OutboxState.UNCERTAIN],
        token=claim.token,
        state=OutboxState.SENT,
        settled_at=at,
        claim_token=None,
        error=outcome.note,
    )
    if is_ours:
        await leave(session, ticket, entry, refused=outcome.refused, at=at)
    return is_ours


async def _settle_unclear(
    session: AsyncSession, ticket: Ticket, entry: OutboxEntry, claim: Claim, outcome: Unclear
) -> bool:
    """The token stays, so that its late but certain result still counts."""
    is_ours = await queries.change(
        session,
        entry.id,
        when=[OutboxState.SENDING],
        token=claim.token,
        state=OutboxState.UNCERTAIN,
        error=outcome.reason,
    )
    if is_ours:
        record(session, ticket, EventKind.SEND_UNCERTAIN, message_id=entry.message_id)
    return is_ours


async def _settle_not_taken(
    session: AsyncSession, ticket: Ticket, entry: OutboxEntry, claim: Claim, outcome: NotTaken
) -> bool:
    at = now()
    next_try = None if outcome.is_permanent else entry.next_try(at)
    is_ours = await queries.change(
        session,
        entry.id,
        when=[OutboxState.SENDING],
        token=claim.token,
        claim_token=None,
        handed_over_at=None,
        error=outcome.reason,
        state=OutboxState.QUEUED if next_try else OutboxState.FAILED,
        not_before=next_try or entry.not_before,
        settled_at=None if next_try else at,
    )
    if is_ours and next_try is None:
        await _note_recipients(session, entry, outcome.refused, is_sent=False)
        record(session, ticket, EventKind.SEND_FAILED, message_id=entry.message_id)
    return is_ours


async def _note_recipients(
    session: AsyncSession, entry: OutboxEntry, refused: Mapping[str, str], *, is_sent: bool
) -> None:
    recipients = await ticket_messages.list_recipients(session, entry.message_id)
    words = _words_by_id(recipients, refused)
    await message_queries.note_result(session, recipients, words, is_sent=is_sent)


def _words_by_id(recipients: Sequence[MessageRecipient], refused: Mapping[str, str]) -> dict[int, str]:
    found = {}
    for recipient in recipients:
        words = refused.get(recipient.address) or refused.get(wire_form(recipient.address))
        if words and recipient.role is not RecipientRole.FROM:
            found[recipient.id] = words
    return found


def _author(entry: OutboxEntry) -> Actor:
    author_id = entry.message.author_agent_id
    return Actor(ActorKind.AGENT, author_id) if author_id else SYSTEM
