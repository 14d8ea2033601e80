"""What a reply begins with: whom it goes to, its subject, and the quote the Japanese way."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from app.accounts.models import Agent
from app.channels.models import EMAIL
from app.core.i18n import current_locale, gettext
from app.core.rows import AnyRow
from app.customers.service import address_key
from app.inbox.values import AddressView
from app.inbox.views import CustomerRecord, MessageView, ReplyDefaults, TicketView
from app.letters.documents import named_values
from app.letters.frames import Opening
from app.letters.scenes import Scene
from app.replies.defaults import reply_subject
from app.tickets.message_models import MessageKind

QUOTE_TIME = {"ja": "y年M月d日 H:mm", "en": "MMM d, y, H:mm"}


def reply_defaults(
    ticket: TicketView,
    messages: Sequence[MessageView],
    *,
    own_addresses: Iterable[str],
    opening: Opening,
    zone: ZoneInfo,
) -> ReplyDefaults:
    newest = _newest(messages)
    is_mail = ticket.channel.kind == EMAIL
    to = _recipients(ticket, newest) if is_mail else ()
    return ReplyDefaults(
        to=to,
        cc=_others(newest, to, own_addresses) if is_mail and newest else (),
        subject=reply_subject((newest.subject if newest else "") or ticket.subject) if is_mail else "",
        greeting=opening.greeting,
        signature=opening.signature,
        values=named_values(opening.values),
        quote=quote(newest, zone) if is_mail and newest else "",
        base_version=ticket.version,
    )


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
    """The customer's newest words; what a machine sent only when there is nothing else."""
    inbound = [message for message in messages if message.kind is MessageKind.INBOUND]
    return next((each for each in reversed(inbound) if not each.is_automatic), inbound[-1] if inbound else None)


def _recipients(ticket: TicketView, newest: MessageView | None) -> tuple[AddressView, ...]:
    """Reply-To, else the sender, else the customer: a ticket that we opened may have no answer yet."""
    if newest is not None and newest.reply_to:
        return newest.reply_to
    if newest is not None and newest.sender is not None and newest.sender.address:
        return (newest.sender,)
    customer = ticket.customer
    return (AddressView(customer.name, customer.address),) if "@" in customer.address else ()


def _others(newest: MessageView, to: Iterable[AddressView], own_addresses: Iterable[str]) -> tuple[AddressView, ...]:
    """Everybody else who had the mail, without ourselves."""
    known = {address_key(address) for address in own_addresses} | {address_key(each.address) for each in to}
    others: dict[str, AddressView] = {}
    for each in (*newest.to, *newest.cc):
        others.setdefault(address_key(each.address), each)
    return tuple(each for key, each in others.items() if key not in known)
