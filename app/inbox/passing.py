"""What a mail is passed on with: its head as Japanese mail shows it, its text, and its files (A4)."""

from collections.abc import Iterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from app.core.i18n import current_locale, gettext
from app.inbox.answering import QUOTE_TIME
from app.inbox.entries import MessageView
from app.inbox.values import AddressView
from app.replies.forwarding import forward_subject


def forward_document(message: MessageView, *, ticket_subject: str, zone: ZoneInfo) -> dict[str, Any]:
    """The start of a reply with `forward_of`; its recipients are for people to choose."""
    return {
        "forward_of": message.id,
        "subject": forward_subject(message.subject or ticket_subject),
        "quote": "\n".join([*_head(message, zone), "", message.text.strip("\n")]),
        "attachments": [{"id": each.id, "name": each.name, "size": each.size} for each in message.attachments],
    }


def _head(message: MessageView, zone: ZoneInfo) -> Iterator[str]:
    at = message.sent_at or message.created_at
    when = format_datetime(at, QUOTE_TIME[current_locale()], tzinfo=zone, locale=current_locale())
    yield gettext("---------- Forwarded message ----------")
    if message.sender is not None:
        yield gettext("From: {names}", names=_names([message.sender]))
    yield gettext("Date: {when}", when=when)
    yield gettext("Subject: {subject}", subject=message.subject)
    if message.to:
        yield gettext("To: {names}", names=_names(message.to))
    if message.cc:
        yield gettext("Cc: {names}", names=_names(message.cc))


def _names(people: Sequence[AddressView]) -> str:
    return ", ".join(f"{each.name} <{each.address}>" if each.name else each.address for each in people)
