"""An OutboundMessage to the bytes of a mail: seven-bit, CRLF, UTF-8 inside.

The same message gives the same bytes.
"""

import hashlib
from email.utils import format_datetime

from connectors.contracts import Attachment, OutboundMessage
from connectors.email import encoding, parts_out
from connectors.email.encoding import Unsendable
from connectors.email.parts_out import Piece

__all__ = ["Unsendable", "compose"]

MAXIMUM_REFERENCES = 20
AUTOMATIC = "Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: All"
"""By the standard, and in the words that Exchange understands."""


def compose(message: OutboundMessage) -> bytes:
    """The whole mail without its Bcc. Raises Unsendable for what would break a header or hide a recipient."""
    lines = [line for line in _headers(message) if line]
    piece = _content(message)
    return "\r\n".join([*lines, "MIME-Version: 1.0", ""]).encode("utf-8") + piece.as_bytes()


def _headers(message: OutboundMessage) -> list[str]:
    return [
        "From: " + encoding.address_list("from", (message.sender,)),
        "To: " + (encoding.address_list("to", message.to) or "undisclosed-recipients:;"),
        "Cc: " + encoding.address_list("cc", message.cc) if message.cc else "",
        encoding.unstructured("Subject", message.subject),
        f"Date: {format_datetime(message.sent_at)}",
        f"Message-ID: <{encoding.identifier('message_id', message.message_id)}>",
        _ids("In-Reply-To", (message.in_reply_to,)),
        _ids("References", message.references),
        AUTOMATIC if message.is_automatic else "",
    ]


def _ids(name: str, ids: tuple[str, ...]) -> str:
    """Foreign ids that cannot stand in a header are left out; of many the first and the newest stay."""
    usable = [identifier for identifier in ids if encoding.is_identifier(identifier)]
    if len(usable) > MAXIMUM_REFERENCES:
        usable = [usable[0], *usable[1 - MAXIMUM_REFERENCES :]]
    return f"{name}: " + "\r\n ".join(f"<{identifier}>" for identifier in usable) if usable else ""


def _content(message: OutboundMessage) -> Piece:
    body = _body(message)
    attached = [a for a in message.attachments if not _is_shown(a, message)]
    if not attached:
        return body
    return parts_out.multipart("mixed", [body, *map(parts_out.attached, attached)], _boundary(message, "mixed"))


def _body(message: OutboundMessage) -> Piece:
    text = parts_out.text("plain", message.text)
    if not message.html:
        return text
    html = parts_out.text("html", message.html)
    shown = [parts_out.attached(a, is_inline=True) for a in message.attachments if _is_shown(a, message)]
    if shown:
        html = parts_out.multipart("related", [html, *shown], _boundary(message, "related"))
    return parts_out.multipart("alternative", [text, html], _boundary(message, "alternative"))


def _is_shown(attachment: Attachment, message: OutboundMessage) -> bool:
    return bool(message.html and attachment.is_inline and attachment.content_id)


def _boundary(message: OutboundMessage, role: str) -> str:
    """`=_` can stand in neither base64 nor quoted-printable."""
    return "=_" + hashlib.sha256(f"{role} {message.message_id}".encode("utf-8", "replace")).hexdigest()[:32]
