"""Everything about a raw message that needs no database, done off the event loop in one go."""

import hashlib
from dataclasses import dataclass, replace
from html import escape

from app.core.mail_html import is_bounded, sanitise_to_read
from app.core.mail_text import to_text
from connectors.contracts import Attachment, Connector, InboundMessage, Passage

PARSER_VERSION = 3
MAX_TEXT_LENGTH = 500_000
MAX_SUBJECT_LENGTH = 1_000
ORIGINAL_TYPE = "message/rfc822"
BLANK_LINE = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A parsed message with what is derived from it. `identity_hash` is what it is known again by (MODEL 10)."""

    inbound: InboundMessage
    text: str
    html: str
    quote_start: int | None
    signature_start: int | None
    identity_hash: str

    def without_files(self) -> "Prepared":
        """With the names and types of its attachments, whose bytes lie in the store by now."""
        attachments = tuple(replace(each, data=b"") for each in self.inbound.attachments)
        return replace(self, inbound=replace(self.inbound, attachments=attachments))


def prepare(connector: Connector, raw: bytes, *, source: str = "", charset: str = "") -> Prepared:
    """Parse, derive the text, make the HTML harmless, find quote and signature. Never raises.

    What is said in a talk is known again by its `source` alone: people say the same thing twice.
    """
    inbound = connector.parse(raw, charset)
    if inbound.problem:
        inbound = replace(inbound, attachments=(*inbound.attachments, original(raw)))
    identity = _identity(inbound) if inbound.said is None else hashlib.sha256(source.encode()).hexdigest()
    return _derive(connector, inbound, identity_hash=identity)


def prepare_head(connector: Connector, head: bytes, *, size: int, charset: str = "") -> Prepared:
    """Of one that is too large for the memory: what its beginning says, and the original, whose bytes lie elsewhere."""
    inbound = replace(connector.parse(head, charset), problem="too_large", attachments=())
    rest = size - len(head.partition(BLANK_LINE)[0])
    identity = hashlib.sha256(f"{_identity(inbound)} {rest}".encode()).hexdigest()
    return _derive(connector, replace(inbound, attachments=(original(b""),)), identity_hash=identity)


def _derive(connector: Connector, inbound: InboundMessage, *, identity_hash: str) -> Prepared:
    passages = [passage for passage in inbound.passages if passage.text.strip() or passage.html]
    text = "\n".join(map(_words, passages))[:MAX_TEXT_LENGTH]
    quote_start, signature_start = connector.fold(text)
    return Prepared(
        inbound=replace(inbound, subject=inbound.subject[:MAX_SUBJECT_LENGTH]),
        text=text,
        html=_page(passages) if inbound.html else "",
        quote_start=quote_start,
        signature_start=signature_start,
        identity_hash=identity_hash,
    )


def _words(passage: Passage) -> str:
    return passage.text if passage.text.strip() else to_text(passage.html)


def _page(passages: list[Passage]) -> str:
    """All that the mail says, what came as plain text between its HTML too. Each passage is made harmless alone, so
    that none swallows the next with a comment or an element that it leaves open; together they are bounded as one."""
    pages = [passage.html or f"<pre>{escape(passage.text)}</pre>" for passage in passages]
    return "\n".join(map(sanitise_to_read, pages)) if is_bounded("\n".join(pages)) else ""


def refused(*, source: str) -> Prepared:
    """What stands for a message that its server has and does not give out; `source` tells it from every other."""
    return _without_words(InboundMessage(problem="refused"), source)


def unreadable(*, source: str) -> Prepared:
    """What stands for a message of which nothing can be said; the bytes of the original lie elsewhere."""
    return _without_words(InboundMessage(problem="unreadable", attachments=(original(b""),)), source)


def _without_words(inbound: InboundMessage, source: str) -> Prepared:
    return Prepared(inbound, "", "", None, None, hashlib.sha256(source.encode()).hexdigest())


def original(raw: bytes) -> Attachment:
    return Attachment(filename="original.eml", content_type=ORIGINAL_TYPE, data=raw)


def _identity(inbound: InboundMessage) -> str:
    """Of Message-ID, sender, date and content without trace headers: equal means the same message."""
    digest = hashlib.sha256()
    sent_at = inbound.sent_at.isoformat() if inbound.sent_at else ""
    sender = inbound.sender.address if inbound.sender else ""
    for part in (inbound.message_id, sender, sent_at, inbound.subject, inbound.text, inbound.html):
        _feed(digest, part.encode("utf-8", "replace"))
    for attachment in inbound.attachments:
        _feed(digest, hashlib.sha256(attachment.data).digest())
    return digest.hexdigest()


def _feed(digest: "hashlib._Hash", data: bytes) -> None:
    """With its length, so that no two ways of cutting are equal."""
    digest.update(len(data).to_bytes(8, "big"))
    digest.update(data)
