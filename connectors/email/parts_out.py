"""MIME parts on the way out."""

import binascii
import re
from base64 import encodebytes
from collections.abc import Sequence
from dataclasses import dataclass

from connectors.contracts import Attachment
from connectors.email import encoding, filenames
from connectors.email.charsets_out import UTF_8, Charset
from connectors.email.mime import CONTENT_TYPE

LINE_END = re.compile(r"\r\n|\r|\n")
MAXIMUM_LINE = 998
READABLE_LINE = 200
"""Longer lines of plain ASCII are folded by quoted-printable, as some servers cut them. Not so ISO-2022-JP, whose
oldest readers know no transfer encoding."""
MOSTLY_ASCII = 0.8


@dataclass(frozen=True, slots=True)
class Piece:
    """Header lines (strings, perhaps folded) and the encoded body."""

    headers: tuple[str, ...]
    body: bytes

    def as_bytes(self) -> bytes:
        return "\r\n".join([*self.headers, "", ""]).encode("utf-8") + self.body


def text(subtype: str, content: str, charset: Charset = UTF_8) -> Piece:
    """Readable as it stands where it has seven bits, else quoted-printable or base64, whichever suits."""
    lines = LINE_END.sub("\r\n", content)
    encode = charset.encode_html if subtype == "html" else charset.encode
    data = encode(lines if lines.endswith("\r\n") else lines + "\r\n")
    name, body = _encoded_text(data)
    kind = f'Content-Type: text/{subtype}; charset="{charset.name.lower()}"'
    return Piece((kind, f"Content-Transfer-Encoding: {name}"), body)


def attached(attachment: Attachment, charset: Charset = UTF_8, *, is_inline: bool = False) -> Piece:
    name = filenames.safe(attachment.filename) or "attachment"
    kind, transfer, body = _encoded_file(attachment)
    disposition = "inline" if is_inline else "attachment"
    headers = [
        f"Content-Type: {kind};\r\n {encoding.parameter('name', name, charset)}",
        f"Content-Transfer-Encoding: {transfer}",
        f"Content-Disposition: {disposition};\r\n {encoding.extended_parameter('filename', name, charset)}",
    ]
    if attachment.content_id:
        headers.append(f"Content-ID: <{encoding.identifier('content_id', attachment.content_id)}>")
    return Piece(tuple(headers), body)


def multipart(subtype: str, pieces: Sequence[Piece], boundary: str) -> Piece:
    bodies = [piece.as_bytes() for piece in pieces]
    while any(boundary.encode() in body for body in bodies):
        boundary += "_"
    delimiter = f"\r\n--{boundary}\r\n".encode()
    body = delimiter[2:] + delimiter.join(bodies) + f"\r\n--{boundary}--\r\n".encode()
    return Piece((f'Content-Type: multipart/{subtype};\r\n boundary="{boundary}"',), body)


def _encoded_text(data: bytes) -> tuple[str, bytes]:
    is_switching = b"\x1b" in data
    longest = MAXIMUM_LINE if is_switching else READABLE_LINE
    if data.isascii() and b"\x00" not in data and _longest_line(data) <= longest:
        return "7bit", data
    if is_switching:
        return "base64", _base64(data)
    ascii_count = len(data.translate(None, bytes(range(0x80, 0x100))))
    if ascii_count >= len(data) * MOSTLY_ASCII:
        return "quoted-printable", binascii.b2a_qp(data, istext=True)
    return "base64", _base64(data)


def _encoded_file(attachment: Attachment) -> tuple[str, str, bytes]:
    """A mail inside a mail may not be base64 (RFC 2046, 5.2.1): as it is, or as a file of bytes."""
    kind = attachment.content_type.partition(";")[0].strip().lower()
    if kind == "message/rfc822" and _is_seven_bit(attachment.data):
        return kind, "7bit", attachment.data
    if not CONTENT_TYPE.fullmatch(kind) or kind.startswith(("multipart/", "message/")):
        kind = "application/octet-stream"
    return kind, "base64", _base64(attachment.data)


def _is_seven_bit(data: bytes) -> bool:
    has_only_crlf = data.count(b"\r\n") == data.count(b"\n") == data.count(b"\r")
    return has_only_crlf and data.isascii() and b"\x00" not in data and _longest_line(data) <= MAXIMUM_LINE


def _longest_line(data: bytes) -> int:
    return max(map(len, data.splitlines()), default=0)


def _base64(data: bytes) -> bytes:
    return encodebytes(data).replace(b"\n", b"\r\n")
