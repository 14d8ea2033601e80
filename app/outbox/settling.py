"""The end of an attempt: what became of it is written in one unit of work, under the ticket's lock (MODEL 19)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.channels import queries as channel_queries
from app.conversations import signs, visitors
from app.core.clock import now
from app.core.database import wake_at_commit
from app.core.wakeups import OUTBOX
from app.live.signals import signal
from app.outbox import copy_queries, message_queries, queries, ways
from app.outbox.addresses import wire_form
from app.outbox.claim_queries import Claim
from app.outbox.fates import Fate
from app.outbox.models import OutboxEntry, OutboxState, Way
from app.outbox.outcomes import Again, NotTaken, Result, Sent, Unclear
from app.tickets import message_queries as ticket_messages
from app.tickets import queries as ticket_queries
from app.tickets.closing import move
from app.tickets.history_models import SYSTEM, Actor, ActorKind, EventKind
from app.tickets.log import record
from app.tickets.message_models import MessageRecipient, RecipientRole
from app.tickets.models import Ticket
from app.tickets.outgoing import note_departure


async def settle(session: AsyncSession, claim: Claim, outcome: Result) -> None:
    """What a worker that lost its claim reports changes nothing, but that an uncertain message did arrive."""
    ticket = await _hold_ticket(session, claim.entry_id)
    entry = await queries.find_entry(session, claim.entry_id)
    if ticket is None or entry is None:
        return
    fate = await ways.decide(session, entry, outcome)
    if await _settle_as(session, ticket, entry, claim, fate):
        await ways.note_meter(session, entry, outcome)
        await signal(session, ticket.id)


async def _settle_as(session: AsyncSession, ticket: Ticket, entry: OutboxEntry, claim: Claim, fate: Fate) -> bool:
    """Whether it changed anything."""
    if isinstance(fate, Sent):
        return await _settle_sent(session, ticket, entry, claim, fate)
    if isinstance(fate, Again):
        return await _settle_again(session, entry, claim, fate)
    if isinstance(fate, Unclear):
        return await _settle_unclear(session, ticket, entry, claim, fate)
    return await _settle_not_taken(session, ticket, entry, claim, fate)


async def _hold_ticket(session: AsyncSession, entry_id: int) -> Ticket | None:
    """The one that the message is on once it is held: it may have been merged while one waited."""
    ticket_id = await queries.get_ticket_id(session, entry_id)
    while True:
        ticket = await ticket_queries.find_ticket(session, ticket_id)
        is_on = await queries.get_ticket_id(session, entry_id)
        if is_on == ticket_id:
            return ticket
        ticket_id = is_on


async def leave(
    session: AsyncSession, ticket: Ticket, entry: OutboxEntry, *, refused: Mapping[str, str], at: datetime
) -> None:
    """The message is out: it counts from now on, and a scheduled one's status applies (MODEL 20)."""
    await _note_recipients(session, entry, refused, is_sent=True)
    await note_departure(session, ticket, entry.message, at=at)
    channel = await channel_queries.get_channel(session, entry.channel_id)
    if channel.keeps_copies:
        await copy_queries.want(session, entry.message_id, channel.id, at=at)
        wake_at_commit(session, OUTBOX)
    if entry.message.conversation_id is not None and entry.way is Way.DIRECT:
        await visitors.tell(session, entry.message.conversation_id)
        await visitors.expect_hearing(session, entry.message.conversation_id, at=at)
    if entry.message.conversation_id is not None and not entry.message.is_automatic:
        await signs.note_answer(session, entry.message.conversation_id)
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
        await ways.keep_parts(session, entry, outcome.parts)
    return is_ours


async def _settle_again(session: AsyncSession, entry: OutboxEntry, claim: Claim, fate: Again) -> bool:
    """What was not a try leaves the time at which trying began open. What may have been taken is nobody's to cancel."""
    uncounted: dict[str, Any] = {"attempts": entry.attempts - 1}
    if not fate.was_unclear:
        uncounted["first_try_at"] = None
    is_ours = await queries.change(
        session,
        entry.id,
        when=[OutboxState.SENDING],
        token=claim.token,
        state=OutboxState.QUEUED,
        claim_token=None,
        handed_over_at=None,
        error=fate.reason,
        not_before=fate.at,
        way=fate.way,
        was_unclear=fate.was_unclear,
        is_deferred=entry.is_deferred and not fate.was_unclear,
        **({} if fate.counts else uncounted),
    )
    wake_at_commit(session, OUTBOX)
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
