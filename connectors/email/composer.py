"""An OutboundMessage to the bytes of a mail: seven-bit, CRLF, UTF-8 or ISO-2022-JP inside.

The same message gives the same bytes. Where ISO-2022-JP would lose a character the mail is written in UTF-8.
"""

import hashlib
from collections.abc import Iterator
from email.utils import format_datetime

from connectors.contracts import Attachment, OutboundMessage
from connectors.email import charsets_out, encoding, parts_out
from connectors.email.charsets_out import ISO_2022_JP, UTF_8, Charset
from connectors.email.encoding import Unsendable
from connectors.email.parts_out import Piece

__all__ = ["Unsendable", "compose"]

MAXIMUM_REFERENCES = 20
AUTOMATIC = "Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: All"
"""By the standard, and in the words that Exchange understands."""
AUTO_REPLY = "Auto-Submitted: auto-replied\r\nX-Auto-Response-Suppress: All\r\nPrecedence: bulk"
"""The last for answering machines that are older than the standard, which allows it (RFC 3834, 3.1.8)."""


def compose(message: OutboundMessage) -> bytes:
    """The whole mail without its Bcc. Raises Unsendable for what would break a header or hide a recipient."""
    charset = _charset(message)
    lines = [line for line in _headers(message, charset) if line]
    piece = _content(message, charset)
    return "\r\n".join([*lines, "MIME-Version: 1.0", ""]).encode("utf-8") + piece.as_bytes()


def _charset(message: OutboundMessage) -> Charset:
    if message.charset != ISO_2022_JP.name.lower() or charsets_out.lost(_texts(message)):
        return UTF_8
    return ISO_2022_JP


def _texts(message: OutboundMessage) -> Iterator[str]:
    """Whatever a reader sees and HTML cannot write in another way."""
    yield from (message.subject, message.text)
    yield from (each.name for each in (message.sender, *message.to, *message.cc))
    yield from (each.filename for each in message.attachments)


def _headers(message: OutboundMessage, charset: Charset) -> list[str]:
    return [
        "From: " + encoding.address_list("from", (message.sender,), charset),
        "To: " + (encoding.address_list("to", message.to, charset) or "undisclosed-recipients:;"),
        "Cc: " + encoding.address_list("cc", message.cc, charset) if message.cc else "",
        encoding.unstructured("Subject", message.subject, charset),
        f"Date: {format_datetime(message.sent_at)}",
        f"Message-ID: <{encoding.identifier('message_id', message.message_id)}>",
        _ids("In-Reply-To", (message.in_reply_to,)),
        _ids("References", message.references),
        AUTO_REPLY if message.is_auto_reply else AUTOMATIC if message.is_automatic else "",
    ]


def _ids(name: str, ids: tuple[str, ...]) -> str:
    """Foreign ids that cannot stand in a header are left out; of many the first and the newest stay."""
    usable = [identifier for identifier in ids if encoding.is_identifier(identifier)]
    if len(usable) > MAXIMUM_REFERENCES:
        usable = [usable[0], *usable[1 - MAXIMUM_REFERENCES :]]
    return f"{name}: " + "\r\n ".join(f"<{identifier}>" for identifier in usable) if usable else ""


def _content(message: OutboundMessage, charset: Charset) -> Piece:
    body = _body(message, charset)
    attached = [parts_out.attached(each, charset) for each in message.attachments if not _is_shown(each, message)]
    return parts_out.multipart("mixed", [body, *attached], _boundary(message, "mixed")) if attached else body


def _body(message: OutboundMessage, charset: Charset) -> Piece:
    text = parts_out.text("plain", message.text, charset)
    if not message.html:
        return text
    html = parts_out.text("html", message.html, charset)
    shown = [
        parts_out.attached(each, charset, is_inline=True) for each in message.attachments if _is_shown(each, message)
    ]
    if shown:
        html = parts_out.multipart("related", [html, *shown], _boundary(message, "related"))
    return parts_out.multipart("alternative", [text, html], _boundary(message, "alternative"))


def _is_shown(attachment: Attachment, message: OutboundMessage) -> bool:
    return bool(message.html and attachment.is_inline and attachment.content_id)


def _boundary(message: OutboundMessage, role: str) -> str:
    """`=_` can stand in neither base64 nor quoted-printable."""
    return "=_" + hashlib.sha256(f"{role} {message.message_id}".encode("utf-8", "replace")).hexdigest()[:32]
