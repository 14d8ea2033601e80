"""What a reply begins with: whom it goes to, its subject, and the quote the Japanese way."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent
from app.channels.kinds import has_letters
from app.channels.models import EMAIL, UTF_8, addresses_of
from app.channels.registry import is_talk
from app.core.i18n import current_locale, gettext
from app.core.rows import AnyRow
from app.customers.service import address_key
from app.inbox import ticket_queries
from app.inbox.entries import MessageView
from app.inbox.talking import TalkReply
from app.inbox.values import AddressView, CustomerRecord
from app.inbox.views import ReplyDefaults, TicketView
from app.letters.documents import named_values
from app.letters.frames import Opening
from app.letters.scenes import Scene
from app.replies.defaults import reply_subject
from app.tickets.message_models import MessageKind


@dataclass(frozen=True, slots=True)
class Mailbox:
    """What answers from it may bear, and what they are written in."""

    senders: tuple[AddressView, ...] = ()
    charset: str = UTF_8

    def written_to(self, message: MessageView | None) -> str:
        """The alias that a mail was sent to, else the mailbox's own address."""
        own = {address_key(each.address): each.address for each in self.senders}
        keys = [address_key(each.address) for each in (*message.to, *message.cc)] if message else []
        return next((own[key] for key in keys if key in own), self.senders[0].address if self.senders else "")


NO_MAILBOX = Mailbox()

QUOTE_TIME = {"ja": "y年M月d日 H:mm", "en": "MMM d, y, H:mm"}


def reply_defaults(
    ticket: TicketView,
    messages: Sequence[MessageView],
    *,
    mailboxes: Mapping[int, Mailbox],
    opening: Opening,
    zone: ZoneInfo,
    talk: TalkReply | None = None,
) -> ReplyDefaults:
    newest = _newest(messages)
    kind = ticket.channel.kind
    mailbox = mailboxes.get(ticket.channel.id, NO_MAILBOX)
    is_mail = talk is None and (has_letters(kind) or is_talk(kind) or bool(mailbox.senders))
    to = _recipients(ticket, newest) if is_mail else ()
    return ReplyDefaults(
        channel_id=ticket.channel.id,
        senders=mailbox.senders,
        sender=mailbox.written_to(newest),
        charset=mailbox.charset,
        to=to,
        cc=_others(newest, to, _own_keys(mailboxes)) if is_mail and newest else (),
        writers=_writers(messages, _own_keys(mailboxes)) if is_mail else (),
        subject=reply_subject((newest.subject if newest else "") or ticket.subject) if is_mail else "",
        greeting="" if talk else opening.greeting,
        signature="" if talk else opening.signature,
        values=named_values(opening.values),
        quote=quote(newest, zone) if is_mail and newest else "",
        base_version=ticket.version,
        talk=talk,
        is_answerable=is_mail or talk is not None,
    )


async def read_mailboxes(session: AsyncSession) -> dict[int, Mailbox]:
    """By channel: a mailbox is its own; of others the one that answers for them."""
    channels = await ticket_queries.list_answering(session)
    own = {each.id: _mailbox(each) for each in channels if each.kind == EMAIL and each.address}
    others = {each.id: each.settings.get("mail_channel_id") for each in channels if each.kind != EMAIL}
    return own | {each: own[mailbox_id] for each, mailbox_id in others.items() if mailbox_id in own}


def _mailbox(row: AnyRow) -> Mailbox:
    own = addresses_of(row.name, row.address, row.settings)
    return Mailbox(tuple(AddressView(each.name, each.address) for each in own), row.settings.get("charset", UTF_8))


def scene_for(ticket: TicketView, agent: Agent) -> Scene:
    return Scene(
        agent=agent,
        channel_id=ticket.channel.id,
        channel_name=ticket.channel.name,
        channel_address=ticket.channel.address,
        team_id=ticket.team.id if ticket.team else None,
        team_name=ticket.team.name if ticket.team else "",
        customer_id=ticket.customer.id,
        number=ticket.number,
        subject=ticket.subject,
    )


def record_of(found: AnyRow | None) -> CustomerRecord:
    if found is None:
        return CustomerRecord("", "", "", "", "")
    return CustomerRecord(found.name, found.reading, found.honorific, found.company, found.department)


def quote(message: MessageView, zone: ZoneInfo) -> str:
    lines = (f"> {line}".rstrip() for line in message.text.splitlines())
    return "\n".join((_quote_header(message, zone), *lines))


def _quote_header(message: MessageView, zone: ZoneInfo) -> str:
    at: datetime = message.sent_at or message.created_at
    when = format_datetime(at, QUOTE_TIME[current_locale()], tzinfo=zone, locale=current_locale())
    sender = message.sender
    if sender is None:
        return gettext("On {when}:", when=when)
    if sender.name:
        return gettext("On {when}, {name} wrote:", when=when, name=sender.name)
    return gettext("On {when}, {address} wrote:", when=when, address=sender.address)


def _newest(messages: Sequence[MessageView]) -> MessageView | None:
    """The customer's newest words, whenever they joined; what a machine sent only when there is nothing else."""
    inbound = [message for message in messages if message.kind is MessageKind.INBOUND]
    return max(inbound, key=lambda each: (not each.is_automatic, each.created_at, each.ticket_version), default=None)


def _recipients(ticket: TicketView, newest: MessageView | None) -> tuple[AddressView, ...]:
    """Reply-To, else the sender, else the customer: a ticket that we opened may have no answer yet."""
    if newest is not None and newest.reply_to:
        return newest.reply_to
    if newest is not None and newest.sender is not None and newest.sender.address:
        return (newest.sender,)
    customer = ticket.customer
    return (AddressView(customer.name, customer.address),) if "@" in customer.address else ()


def _own_keys(mailboxes: Mapping[int, Mailbox]) -> set[str]:
    return {address_key(each.address) for mailbox in mailboxes.values() for each in mailbox.senders}


def _others(newest: MessageView, to: Iterable[AddressView], own_keys: set[str]) -> tuple[AddressView, ...]:
    """Everybody else who had the mail, without ourselves."""
    return _without((*newest.to, *newest.cc), own_keys | {address_key(each.address) for each in to})


def _writers(messages: Sequence[MessageView], own_keys: set[str]) -> tuple[AddressView, ...]:
    """Several, where tickets of several customers were put together: who answers sees whom they do not answer."""
    words = [each for each in messages if each.kind is MessageKind.INBOUND and not each.is_automatic]
    return _without([each.sender for each in words if each.sender is not None and each.sender.address], own_keys)


def _without(people: Iterable[AddressView], known: set[str]) -> tuple[AddressView, ...]:
    """Each once."""
    others: dict[str, AddressView] = {}
    for each in people:
        others.setdefault(address_key(each.address), each)
    return tuple(each for key, each in others.items() if key not in known)
