"""Messages and events of a ticket as the values that are shown."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from html import unescape
from typing import Any
from urllib.parse import unquote

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audiences import Viewer
from app.core.mail_html import has_remote, show_remote
from app.core.rows import AnyRow
from app.inbox import ticket_queries
from app.inbox.choices import Names
from app.inbox.entries import ChangeView, EventView, MessageView
from app.inbox.rows import named
from app.inbox.signing import Addresses
from app.inbox.talks import HappeningView, TalkParts, make_talk, read_talk_parts
from app.inbox.values import (
    AddressView,
    AttachmentView,
    DeliveryView,
    InvitationView,
    MailView,
    Named,
    RecipientView,
    RemoteImages,
)
from app.inbox.words import priority_name, yes_or_no
from app.tickets import linking_queries
from app.tickets.history_models import ActorKind, TicketEvent
from app.tickets.message_models import MessageKind, Problem, RecipientRole, SenderCheck

CID = re.compile(r'src="cid:([^"]*)"', re.IGNORECASE)
OF_QUESTIONS = {"to_agent_id": "agent", "to_team_id": "team", "from_agent_id": "agent"}
NAMED_FIELDS = {
    "status_id": "status",
    "assignee_id": "agent",
    "team_id": "team",
    "category_id": "category",
    "channel_id": "channel",
    "field_id": "field",
    "ticket_id": "ticket",
    **OF_QUESTIONS,
}
FLAGS = ("is_complaint", "is_spam", "is_trashed")


@dataclass(frozen=True, slots=True)
class Parts:
    """What belongs to some messages, by message id."""

    recipients: Mapping[int, Sequence[AnyRow]]
    attachments: Mapping[int, Sequence[AnyRow]]
    deliveries: Mapping[int, Sequence[AnyRow]]
    talks: TalkParts


async def read_messages(session: AsyncSession, results: Sequence[AnyRow], addresses: Addresses) -> list[MessageView]:
    ids = [result.id for result in results]
    sent = [result.id for result in results if result.kind is MessageKind.OUTBOUND]
    parts = Parts(
        recipients=_by_message(await ticket_queries.list_recipients(session, ids)),
        attachments=_by_message(await ticket_queries.list_attachments(session, ids)),
        deliveries=_by_message(await ticket_queries.list_deliveries(session, sent)),
        talks=await read_talk_parts(session, results),
    )
    return [make_message(result, parts, addresses) for result in results]


def gather(messages: Sequence[MessageView]) -> list[MessageView]:
    """Pictures that were sent as one are shown with the first of them."""
    sets: defaultdict[str, list[MessageView]] = defaultdict(list)
    for message in messages:
        if message.talk is not None and message.talk.set_id:
            sets[message.talk.set_id].append(message)
    return [_gathered(message, sets) for message in messages]


def _gathered(message: MessageView, sets: Mapping[str, Sequence[MessageView]]) -> MessageView:
    talk = message.talk
    together = sets.get(talk.set_id, ()) if talk is not None else ()
    if talk is None or len(together) < 2:
        return message
    if together[0].id != message.id:
        return replace(message, talk=replace(talk, is_gathered=True))
    files = tuple(file for each in together for file in each.attachments)
    pending = tuple(file for each in together if each.talk for file in each.talk.pending)
    return replace(message, talk=replace(talk, gathered=files, pending=pending))


def merge(messages: Iterable[MessageView], events: Iterable[EventView]) -> tuple[MessageView | EventView, ...]:
    """By time, oldest first; what a message brought about stands after it."""
    keyed: list[tuple[Any, MessageView | EventView]] = [
        ((each.created_at, 0, each.ticket_version), each) for each in messages
    ]
    keyed += [((each.at, 1, each.id), each) for each in events]
    return tuple(entry for _, entry in sorted(keyed, key=lambda pair: pair[0]))


def make_message(result: AnyRow, parts: Parts, addresses: Addresses) -> MessageView:
    attachments = tuple(_attachment(each, addresses) for each in parts.attachments.get(result.id, ()))
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
        html="" if is_hidden else _html(result, attachments, addresses),
        images=RemoteImages.NONE if is_hidden else _images(result),
        attachments=() if is_hidden else attachments,
        problem=result.problem,
        has_original=result.came_as_mail and not is_hidden and result.problem is not Problem.REFUSED,
        charset=result.charset,
        mail=_mail(result),
        is_automatic=result.is_automatic,
        ticket_version=result.ticket_version,
        created_at=result.created_at,
        sent_at=result.sent_at,
        delivery=_delivery(parts.deliveries.get(result.id, ()), recipients),
        talk=make_talk(result, recipients, parts.talks),
    )


def _mail(result: AnyRow) -> MailView:
    return MailView(
        nature=result.nature,
        signed_with=result.signed_with,
        sender_check=result.sender_check,
        sender_check_detail=result.sender_check_detail,
        invitation=_invitation(result.invitation) if result.invitation else None,
    )


def _invitation(kept: Mapping[str, Any]) -> InvitationView:
    starts_at, ends_at = (kept[name] and datetime.fromisoformat(kept[name]) for name in ("starts_at", "ends_at"))
    return InvitationView(**{**kept, "starts_at": starts_at, "ends_at": ends_at})


def split(text: str, quote_start: int | None, signature_start: int | None) -> tuple[str, str, str]:
    """What is new, what is quoted, what is signature; either may come first, and ends where the other begins."""
    size = len(text)
    quote = size if quote_start is None else min(quote_start, size)
    signature = size if signature_start is None else min(signature_start, size)
    quoted = text[quote : signature if signature > quote else size]
    signed = text[signature : quote if quote > signature else size]
    return text[: min(quote, signature)].rstrip(), quoted.strip("\n"), signed.strip("\n")


def _html(result: AnyRow, attachments: Iterable[AttachmentView], addresses: Addresses) -> str:
    html = show_images(result.html, attachments)
    return show_remote(html, addresses.image) if _images(result) is RemoteImages.SHOWN else html


def _images(result: AnyRow) -> RemoteImages:
    """A sender who is trusted is not trusted in a mail that may be somebody else's."""
    if not has_remote(result.html):
        return RemoteImages.NONE
    is_trusted = result.sender_shows_images and result.sender_check is not SenderCheck.SUSPICIOUS
    return RemoteImages.SHOWN if result.shows_images or is_trusted else RemoteImages.OFF


def show_images(html: str, attachments: Iterable[AttachmentView]) -> str:
    """Images that came with the message, at their signed addresses; the frame they are shown in sends no cookie."""
    urls = {each.content_id: each.url for each in attachments if each.content_id}

    def point(match: re.Match[str]) -> str:
        content_id = unquote(unescape(match[1])).strip("<> ")
        return f'src="{_escape(urls[content_id])}"' if content_id in urls else match[0]

    return CID.sub(point, html) if urls else html


def _escape(url: str) -> str:
    return url.replace("&", "&amp;").replace('"', "&quot;")


async def with_tickets(session: AsyncSession, results: Iterable[AnyRow], names: Names, viewer: Viewer) -> Names:
    """The names with those of the other tickets that the history speaks of, as far as the viewer may see them."""
    ids = {each.changes["ticket_id"] for each in results if "ticket_id" in each.changes}
    seen = await linking_queries.list_visible_ids(session, ids, viewer.audience_ids)
    return {**names, "ticket": {ticket_id: f"#{ticket_id}" for ticket_id in seen}}


def make_event(
    result: AnyRow | TicketEvent, names: Names, happenings: Mapping[int, HappeningView] | None = None
) -> EventView:
    changes = (_change(field, value, names) for field, value in result.changes.items())
    return EventView(
        id=result.id,
        kind=result.kind,
        at=result.at,
        actor_kind=result.actor_kind,
        actor=actor_of(result, names),
        changes=tuple(change for change in changes if change is not None),
        happening=(happenings or {}).get(result.changes.get("happening_id", 0)),
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
        known = names.get(NAMED_FIELDS[field], {})
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


def _attachment(result: AnyRow, addresses: Addresses) -> AttachmentView:
    return AttachmentView(
        id=result.id,
        name=result.name,
        content_type=result.content_type,
        size=result.size,
        content_id=result.content_id.strip("<> "),
        is_inline=result.is_inline,
        url=addresses.attachment(result.id, result.name),
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
        way=entry.way,
        was_unclear=entry.was_unclear,
        recipients=tuple(RecipientView(each.role, each.address, each.state, each.error) for each in sent_to),
    )


def _by_message(results: Iterable[AnyRow]) -> Mapping[int, Sequence[AnyRow]]:
    grouped: defaultdict[int, list[AnyRow]] = defaultdict(list)
    for result in results:
        grouped[result.message_id].append(result)
    return grouped
