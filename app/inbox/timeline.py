"""Messages and events of a ticket as the values that are shown."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import unquote

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.rows import AnyRow
from app.inbox import ticket_queries
from app.inbox.choices import Names
from app.inbox.rows import named
from app.inbox.values import AddressView, AttachmentView, DeliveryView, Named, RecipientView
from app.inbox.views import ChangeView, EventView, MessageView
from app.inbox.words import priority_name, yes_or_no
from app.tickets.history_models import ActorKind, TicketEvent
from app.tickets.message_models import MessageKind, RecipientRole

SignUrl = Callable[[int, str], str]
"""The signed address of an attachment, by id and name."""

CID = re.compile(r'src="cid:([^"]*)"', re.IGNORECASE)
NAMED_FIELDS = {
    "status_id": "status",
    "assignee_id": "agent",
    "team_id": "team",
    "category_id": "category",
    "channel_id": "channel",
    "field_id": "field",
}
FLAGS = ("is_complaint", "is_spam", "is_trashed")


@dataclass(frozen=True, slots=True)
class Parts:
    """What belongs to some messages, by message id."""

    recipients: Mapping[int, Sequence[AnyRow]]
    attachments: Mapping[int, Sequence[AnyRow]]
    deliveries: Mapping[int, Sequence[AnyRow]]


async def read_messages(session: AsyncSession, results: Sequence[AnyRow], sign: SignUrl) -> list[MessageView]:
    ids = [result.id for result in results]
    sent = [result.id for result in results if result.kind is MessageKind.OUTBOUND]
    parts = Parts(
        recipients=_by_message(await ticket_queries.list_recipients(session, ids)),
        attachments=_by_message(await ticket_queries.list_attachments(session, ids)),
        deliveries=_by_message(await ticket_queries.list_deliveries(session, sent)),
    )
    return [make_message(result, parts, sign) for result in results]


def merge(messages: Iterable[MessageView], events: Iterable[EventView]) -> tuple[MessageView | EventView, ...]:
    """By time, oldest first; what a message brought about stands after it."""
    keyed: list[tuple[Any, MessageView | EventView]] = [
        ((each.created_at, 0, each.ticket_version), each) for each in messages
    ]
    keyed += [((each.at, 1, each.id), each) for each in events]
    return tuple(entry for _, entry in sorted(keyed, key=lambda pair: pair[0]))


def make_message(result: AnyRow, parts: Parts, sign: SignUrl) -> MessageView:
    attachments = tuple(_attachment(each, sign) for each in parts.attachments.get(result.id, ()))
    recipients = parts.recipients.get(result.id, ())
    is_hidden = result.hidden_at is not None
    text = "" if is_hidden else result.text
    new, quoted, signature = split(text, result.quote_start, result.signature_start)
    return MessageView(
        id=result.id,
        kind=result.kind,
        author=named(result.author_agent_id, result.agent_name),
        sender=_sender(result, recipients),
        to=_addresses(recipients, RecipientRole.TO),
        cc=_addresses(recipients, RecipientRole.CC),
        bcc=_addresses(recipients, RecipientRole.BCC),
        reply_to=_addresses(recipients, RecipientRole.REPLY_TO),
        subject=result.subject,
        text=text,
        new=new,
        quoted=quoted,
        signature=signature,
        html="" if is_hidden else show_images(result.html, attachments),
        attachments=() if is_hidden else attachments,
        problem=result.problem,
        is_automatic=result.is_automatic,
        ticket_version=result.ticket_version,
        created_at=result.created_at,
        sent_at=result.sent_at,
        delivery=_delivery(parts.deliveries.get(result.id, ()), recipients),
    )


def split(text: str, quote_start: int | None, signature_start: int | None) -> tuple[str, str, str]:
    """What is new, what is quoted, what is signature; either may come first, and ends where the other begins."""
    size = len(text)
    quote = size if quote_start is None else min(quote_start, size)
    signature = size if signature_start is None else min(signature_start, size)
    quoted = text[quote : signature if signature > quote else size]
    signed = text[signature : quote if quote > signature else size]
    return text[: min(quote, signature)].rstrip(), quoted.strip("\n"), signed.strip("\n")


def show_images(html: str, attachments: Iterable[AttachmentView]) -> str:
    """Images that came with the message, at their signed addresses; the frame they are shown in sends no cookie."""
    urls = {each.content_id: each.url for each in attachments if each.content_id}

    def point(match: re.Match[str]) -> str:
        content_id = unquote(unescape(match[1])).strip("<> ")
        return f'src="{_escape(urls[content_id])}"' if content_id in urls else match[0]

    return CID.sub(point, html) if urls else html


def _escape(url: str) -> str:
    return url.replace("&", "&amp;").replace('"', "&quot;")


def make_event(result: AnyRow | TicketEvent, names: Names) -> EventView:
    changes = (_change(field, value, names) for field, value in result.changes.items())
    return EventView(
        id=result.id,
        kind=result.kind,
        at=result.at,
        actor_kind=result.actor_kind,
        actor=actor_of(result, names),
        changes=tuple(change for change in changes if change is not None),
    )


def actor_of(result: AnyRow | TicketEvent, names: Names) -> Named | None:
    """A customer as a row of the history tells who it is; an event by itself knows only their address's id."""
    if result.actor_kind is ActorKind.CUSTOMER and not isinstance(result, TicketEvent):
        return named(result.customer_id, result.customer_name or result.identity_address)
    if result.actor_kind is not ActorKind.AGENT or result.actor_id is None:
        return None
    return Named(result.actor_id, names["agent"].get(result.actor_id, ""))


def _change(field: str, value: Any, names: Names) -> ChangeView | None:
    """Ids of messages and entries are for programs, not for words."""
    pair: tuple[Any, Any] = tuple(value) if is_pair(value) else (None, value)
    before, after = pair
    if field in NAMED_FIELDS:
        known = names[NAMED_FIELDS[field]]
        return ChangeView(field.removesuffix("_id"), known.get(before, ""), known.get(after, ""))
    if field == "priority":
        return ChangeView(field, priority_name(before), priority_name(after))
    if field == "labels":
        return ChangeView(field, _label_names(value["removed"], names), _label_names(value["added"], names))
    if field in FLAGS:
        return ChangeView(field, yes_or_no(before), yes_or_no(after))
    return None


def _label_names(label_ids: Iterable[int], names: Names) -> str:
    return ", ".join(names["label"].get(each, "") for each in label_ids)


def is_pair(value: Any) -> bool:
    """A change from something to something."""
    return isinstance(value, list) and len(value) == 2


def _sender(result: AnyRow, recipients: Iterable[AnyRow]) -> AddressView | None:
    """As the mail had it, or as the customer is known."""
    written = _addresses(recipients, RecipientRole.FROM)
    if written:
        return written[0]
    if result.kind is MessageKind.INBOUND and result.identity_address is not None:
        return AddressView(result.customer_name or "", result.identity_address)
    return None


def _addresses(recipients: Iterable[AnyRow], role: RecipientRole) -> tuple[AddressView, ...]:
    return tuple(AddressView(each.name, each.address) for each in recipients if each.role is role)


def _attachment(result: AnyRow, sign: SignUrl) -> AttachmentView:
    return AttachmentView(
        id=result.id,
        name=result.name,
        content_type=result.content_type,
        size=result.size,
        content_id=result.content_id.strip("<> "),
        is_inline=result.is_inline,
        url=sign(result.id, result.name),
    )


def _delivery(entries: Sequence[AnyRow], recipients: Iterable[AnyRow]) -> DeliveryView | None:
    if not entries:
        return None
    entry = entries[-1]
    sent_to = (each for each in recipients if each.role in (RecipientRole.TO, RecipientRole.CC, RecipientRole.BCC))
    return DeliveryView(
        entry_id=entry.id,
        state=entry.state,
        error=entry.error,
        attempts=entry.attempts,
        not_before=entry.not_before,
        settled_at=entry.settled_at,
        is_scheduled=entry.is_scheduled,
        is_deferred=entry.is_deferred,
        recipients=tuple(RecipientView(each.role, each.address, each.state, each.error) for each in sent_to),
    )


def _by_message(results: Iterable[AnyRow]) -> Mapping[int, Sequence[AnyRow]]:
    grouped: defaultdict[int, list[AnyRow]] = defaultdict(list)
    for result in results:
        grouped[result.message_id].append(result)
    return grouped
