"""From the bytes of one event, as the hook keeps them, to what was said. Pure; never raises, whatever the bytes."""

from collections.abc import Mapping
from typing import Any

from connectors.contracts import Address, InboundMessage, Passage
from connectors.line.contents import Content, content_of
from connectors.line.events import happening_of
from connectors.line.instants import at_of
from connectors.talks import Happening, Said, Talk
from connectors.values import Json, loads, object_of, text_of, word_of

ADDRESSES = {"user": ("person", "userId"), "group": ("group", "groupId"), "room": ("room", "roomId")}
MESSAGE = "message"
ACTIVE = "active"
WANTED = ("postback", "unknown")


def parse(raw: bytes) -> InboundMessage:
    event = object_of(object_of(loads(raw.decode("utf-8", "replace"))).get("event"))
    if event.get("type") != MESSAGE or not isinstance(event.get("message"), dict):
        return _happened(event, happening_of(event))
    message = object_of(event.get("message"))
    content = content_of(message)
    return _inbound(event, content.text, said=_said(event, **_of_message(message, content)))


def _happened(event: Json, happening: Happening) -> InboundMessage:
    """What somebody may want of us by it can be a message: then these are its words, and what it has beside them."""
    extras = {happening.kind: dict(happening.detail)} if happening.kind in WANTED else {}
    text = str(happening.detail.get("data", "")) if happening.kind == "postback" else ""
    return _inbound(event, text, said=_said(event, happening=happening, extras=extras))


def _inbound(event: Json, text: str = "", *, said: Said) -> InboundMessage:
    speaker = word_of(object_of(event.get("source")).get("userId"))
    return InboundMessage(
        sender=Address("", speaker) if speaker else None,
        passages=(Passage(text=text),) if text else (),
        sent_at=at_of(event),
        said=said,
    )


def _said(event: Json, *, happening: Happening | None = None, **of_message: Any) -> Said:
    return Said(
        talk=_talk(object_of(event.get("source"))),
        happening=happening,
        reply_token=word_of(event.get("replyToken")),
        is_standby=event.get("mode") != ACTIVE,
        **of_message,
    )


def _talk(source: Json) -> Talk | None:
    """None where LINE names nobody, or somebody of a kind that this version cannot answer."""
    kind, name = ADDRESSES.get(word_of(source.get("type")), ("", ""))
    address = word_of(source.get(name))
    return Talk(kind, address) if kind and address else None


def _of_message(message: Json, content: Content) -> Mapping[str, Any]:
    return {
        "provider_id": word_of(message.get("id")),
        "quote_token": text_of(message.get("quoteToken")),
        "read_token": text_of(message.get("markAsReadToken")),
        "files": content.files,
        "extras": content.extras,
    }
