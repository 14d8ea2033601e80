"""Says by itself that an inquiry has come in (D5), as RFC 3834 wants it: to persons, once a day, never to a machine.

A reader of the log, so that nothing that arrives waits for it and what fails is seen. The answer leaves by the one
outbox. Three things end a loop: no automatic mail is answered, no address twice in a day whatever it sends, and
where much comes from one address, or from many at once, nothing is answered and the admins are told.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.autoreplies import queries
from app.autoreplies.wording import Wording, fill, language_of, pick
from app.channels import queries as channel_queries
from app.channels.kinds import has_letters
from app.channels.models import FORM, Channel
from app.core.clock import now
from app.customers.service import address_key
from app.letters.scenes import values_without_writer
from app.outbox.addresses import is_deliverable
from app.outbox.mailing import automatic_mail, post
from app.tickets import message_queries
from app.tickets import queries as ticket_queries
from app.tickets.history_models import ActorKind, EventKind, TicketEvent
from app.tickets.log import record
from app.tickets.message_models import Message, MessageRecipient, RecipientRole, SenderCheck
from app.tickets.models import Nature, Origin, Ticket

FRESH = timedelta(hours=6)
"""What came in longer ago, such as all that lay in a mailbox before the desk, is not confirmed any more."""
FLOOD_WINDOW = timedelta(minutes=10)
FLOOD = 10
"""Tickets that one sender opens in that time: no person does."""
DESK_WINDOW = timedelta(hours=1)
DESK_FLOOD = 500
"""Addresses answered in that time by all mailboxes: somebody may be using us to write to others."""
FORMS_A_DAY = 5
"""Confirmations that one address gets of what was sent by forms."""
EVERYBODY = "everybody"


async def hold(session: AsyncSession, events: Sequence[TicketEvent]) -> None:
    """In the order in which everybody holds tickets (MODEL 1)."""
    wanted = {event.ticket_id: event.changes.get("channel_id") for event in events if _is_of_interest(event)}
    if wanted:
        ids = {channel_id for channel_id in wanted.values() if channel_id}
        on = set(await queries.list_channels_on(session, ids))
        await ticket_queries.hold_tickets(session, {each for each, channel_id in wanted.items() if channel_id in on})


async def answer(session: AsyncSession, event: TicketEvent) -> None:
    """One event of the log; what is no new inquiry of now has no effect."""
    channel_id = event.changes.get("channel_id")
    if not channel_id or not _is_of_interest(event) or not await queries.list_channels_on(session, [channel_id]):
        return
    ticket = await ticket_queries.find_ticket(session, event.ticket_id)
    inquiry = await queries.find_inquiry(session, event.ticket_id)
    if ticket is None or inquiry is None or not ticket.is_counted or not _is_answerable(inquiry):
        return
    to = await _addressee(session, inquiry)
    if to is not None and await _may_be_answered(session, ticket, inquiry, to):
        await _confirm(session, ticket, inquiry, to)


def _is_of_interest(event: TicketEvent) -> bool:
    """Opened by a customer: what an agent splits off has been confirmed where it came in."""
    is_arrival = event.kind is EventKind.OPENED and event.actor_kind is ActorKind.CUSTOMER
    return is_arrival and event.origin is Origin.LIVE and now() - event.at <= FRESH


def _is_answerable(inquiry: Message) -> bool:
    """Whoever is named as the sender of a forged mail did not write it."""
    return inquiry.can_auto_reply and inquiry.sender_check is not SenderCheck.SUSPICIOUS


async def _addressee(session: AsyncSession, inquiry: Message) -> MessageRecipient | None:
    """Where its sender wants answers; never ourselves, nor where an answer could not be delivered."""
    recipients = await message_queries.list_recipients(session, inquiry.id)
    senders = [each for each in recipients if each.role is RecipientRole.FROM]
    wanted = [each for each in recipients if each.role is RecipientRole.REPLY_TO]
    to = wanted[0] if len(wanted) == 1 else next(iter(senders), None)
    channels = await channel_queries.list_channels(session)
    own = {address_key(each.address) for channel in channels for each in channel.own_addresses}
    is_ours = any(each.address_key in own for each in (*senders, *wanted))
    return to if to is not None and not is_ours and is_deliverable(to.address) else None


async def _may_be_answered(session: AsyncSession, ticket: Ticket, inquiry: Message, to: MessageRecipient) -> bool:
    at, key = now(), _hash(to.address_key)
    opened = await queries.count_opened(session, ticket.customer_id, since=at - FLOOD_WINDOW)
    if opened > FLOOD:
        await _tell(session, ticket, key, opened)
        return False
    if not await _claim_turn(session, inquiry, key, at=at):
        return False
    answered = await queries.count_answered(session, since=at - DESK_WINDOW)
    if answered > DESK_FLOOD:
        await _tell(session, ticket, _hash(EVERYBODY), answered)
    return answered <= DESK_FLOOD


async def _claim_turn(session: AsyncSession, inquiry: Message, key: str, *, at: datetime) -> bool:
    """A machine may answer a mail, so an address is written to once a day. None answers by a form, and each who sends
    one is told its number; only so often that nobody can fill somebody else's mailbox with them."""
    channel = await channel_queries.get_channel(session, inquiry.channel_id)
    if channel.kind != FORM:
        return await queries.claim_turn(session, key, at=at)
    for turn in range(FORMS_A_DAY):
        if await queries.claim_turn(session, _hash(f"form {turn} {key}"), at=at):
            return True
    return False


async def _tell(session: AsyncSession, ticket: Ticket, key: str, arrived: int) -> None:
    """Once a day: a flood of warnings is one more flood."""
    if await queries.claim_telling(session, key, at=now()):
        record(session, ticket, EventKind.AUTO_REPLY_WITHHELD, arrived=arrived)


async def _confirm(session: AsyncSession, ticket: Ticket, inquiry: Message, to: MessageRecipient) -> None:
    came_by = await channel_queries.get_channel(session, inquiry.channel_id)
    channel = came_by if has_letters(came_by.kind) else await channel_queries.find_mailbox_of(session, came_by)
    if channel is None:
        return
    auto_reply = await queries.find_auto_reply(session, came_by.id)
    words = pick(auto_reply.texts, language_of(f"{inquiry.subject}\n{inquiry.text}")) if auto_reply else None
    if words is not None:
        values = await values_without_writer(session, ticket, channel, name=to.name)
        mail = _mail(channel, words, values)
        await post(session, ticket, mail, channel, name=to.name, address=to.address)


def _mail(channel: Channel, words: Wording, values: dict[str, str]) -> Message:
    subject, text = fill(words["subject"], values), fill(words["text"], values)
    return automatic_mail(channel, subject=subject, text=text, nature=Nature.AUTO_REPLY)


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
