"""The body of one part: its transfer encoding undone, its characters decoded, its flowed lines joined."""

import binascii
import re
from collections.abc import Iterator

from connectors.email import charsets
from connectors.email.cleaning import clean_text
from connectors.email.mime import Part

NOT_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="))
WINDOW_BYTES = 1 << 20
META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w:.-]{1,40})", re.IGNORECASE)
SIGNATURE_MARK = "-- "
QUOTE_MARKS = re.compile(r">*")


def data(part: Part) -> bytes:
    """The bytes that were put into the part."""
    encoding = part.headers.raw_text("content-transfer-encoding").strip().lower()
    if encoding == "base64":
        return _base64(part.body)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(part.body)
    if encoding in {"uuencode", "x-uuencode", "x-uue"}:
        return _uuencoded(part.body)
    return part.body


def text(part: Part) -> str:
    """The part's text with line feeds."""
    raw = data(part)
    declared = part.content_type.get("charset")
    if part.kind == "text/html" and not declared:
        declared = _charset_in_html(raw)
    decoded = clean_text(charsets.decode(raw, declared))
    if part.content_type.get("format").lower() == "flowed" and part.kind == "text/plain":
        return unflow(decoded, deletes_space=part.content_type.get("delsp").lower() == "yes")
    return decoded


def unflow(flowed: str, *, deletes_space: bool) -> str:
    """Lines that end in a space go on in the next one of the same quote depth (RFC 3676)."""
    pieces: list[str] = []
    open_marks: str | None = None
    for number, line in enumerate(flowed.split("\n")):
        marks, content = _quote_marks(line)
        if open_marks != marks or content == SIGNATURE_MARK:
            pieces.append("\n" * (number > 0) + marks + " " * bool(marks))
        is_open = content.endswith(" ") and content != SIGNATURE_MARK
        pieces.append(content[:-1] if is_open and deletes_space else content)
        open_marks = marks if is_open else None
    return "".join(pieces)


def _quote_marks(line: str) -> tuple[str, str]:
    match = QUOTE_MARKS.match(line)
    marks = match[0] if match else ""
    return marks, line[len(marks) :].removeprefix(" ")


def _charset_in_html(raw: bytes) -> str:
    match = META_CHARSET.search(raw, 0, 4_096)
    return match[1].decode("ascii", "replace") if match else ""


def _base64(body: bytes) -> bytes:
    """Reads on after padding in the middle, and keeps what a cut-off end still says."""
    try:
        return _base64_pieces(b"".join(window.translate(None, NOT_BASE64) for window in _windows(body)))
    except binascii.Error:
        return body


def _base64_pieces(letters: bytes) -> bytes:
    pieces = (piece[:-1] if len(piece) % 4 == 1 else piece for piece in letters.split(b"="))
    windows = (window for piece in pieces for window in _windows(piece))
    return b"".join(binascii.a2b_base64(window + b"=" * (-len(window) % 4)) for window in windows)


def _windows(body: bytes) -> Iterator[bytes]:
    """One long call would keep every other thread waiting. Whole groups of four letters each, but for the last."""
    return (body[first : first + WINDOW_BYTES] for first in range(0, len(body), WINDOW_BYTES))


def _uuencoded(body: bytes) -> bytes:
    decoded = []
    for line in body.splitlines():
        if line.startswith(b"begin "):
            continue
        if line.strip() == b"end":
            break
        decoded.append(_uuencoded_line(line))
    return b"".join(decoded)


def _uuencoded_line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        return b""
