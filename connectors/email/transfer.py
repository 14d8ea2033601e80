"""Transfer encodings undone: base64, quoted-printable and uuencode, as far as what arrived allows."""

import binascii
import re
from collections.abc import Iterator

from connectors.email.mime import Part

NOT_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="))
PROSE = re.compile(rb"\n[ \t]*\r*\n(?=[^\n]*[^\sA-Za-z0-9+/=])|\n(?=_{10}|-- ?\r?\n)")
BEHIND_PADDING = re.compile(rb"= [^\r\n]*")
UUENCODE_BEGIN = re.compile(rb"^begin [^\n]*(?:\n|\Z)", re.MULTILINE)
NAME = re.compile(r"[a-z0-9-]+")
WINDOW_BYTES = 1 << 20
MAXIMUM_PIECES = 100_000
UNPACKED_BYTES, UNPACKED_RATIO = 1_024, 2  # a line of one letter may announce 45 bytes


def encoding(part: Part) -> str:
    """The name of the encoding, however it is decorated; '' when there is none."""
    declared = part.headers.raw_text("content-transfer-encoding").lower().replace(" ", "").replace("/", "-")
    match = NAME.search(declared)
    return match[0] if match else ""


def data(part: Part) -> bytes:
    """The bytes that were put into the part."""
    name = encoding(part)
    if name == "base64":
        return from_base64(part.body)
    if name == "quoted-printable":
        return binascii.a2b_qp(part.body)
    if name in {"uuencode", "x-uuencode", "x-uue", "uue"}:
        return from_uuencode(part.body)
    return part.body


def from_base64(body: bytes) -> bytes:
    """Reads on after padding at the end of a line, and keeps what a cut-off end still says."""
    if b"= " in body:
        body = BEHIND_PADDING.sub(b"=", body)
    try:
        return _base64_pieces(b"".join(window.translate(None, NOT_BASE64) for window in _windows(body)))
    except binascii.Error:
        return body


def text_data(part: Part) -> bytes:
    """Of a text; what mailing lists add below base64 without encoding it stays readable."""
    if encoding(part) != "base64":
        return data(part)
    body = part.body
    footer = PROSE.search(body)
    if footer is None or not body[: footer.start()].strip():
        return from_base64(body)
    return from_base64(body[: footer.start()]) + b"\n" + body[footer.end() :]


def from_uuencode(body: bytes, start: int = 0, end: int | None = None) -> bytes:
    """From the line after `begin` to `end`; without a `begin`, from the first."""
    end = len(body) if end is None else end
    room = UNPACKED_BYTES + UNPACKED_RATIO * (end - start)
    begin = UUENCODE_BEGIN.search(body, start, end)
    data = bytearray()
    for _, _, line in lines(body, begin.end() if begin else start, end):
        if line.strip() == b"end" or len(data) > room:
            break
        data += _uuencoded_line(line)
    return bytes(data)


def lines(body: bytes, position: int, end: int | None = None) -> Iterator[tuple[int, int, bytes]]:
    """Each with its offset and the next one's, without its line end: one at a time, for they may be very many."""
    end = len(body) if end is None else end
    while position < end:
        after = body.find(b"\n", position, end) + 1 or end
        yield position, after, body[position:after].rstrip(b"\r\n")
        position = after


def _base64_pieces(letters: bytes) -> bytes:
    *first, rest = letters.split(b"=", MAXIMUM_PIECES)
    pieces = (piece[:-1] if len(piece) % 4 == 1 else piece for piece in [*first, rest.replace(b"=", b"")] if piece)
    windows = (window for piece in pieces for window in _windows(piece))
    return b"".join(binascii.a2b_base64(window + b"=" * (-len(window) % 4)) for window in windows)


def _windows(body: bytes) -> Iterator[bytes]:
    """One long call would keep every other thread waiting. Whole groups of four letters each, but for the last."""
    return (body[first : first + WINDOW_BYTES] for first in range(0, len(body), WINDOW_BYTES))


def _uuencoded_line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line) if line else b""
    except binascii.Error:
        return _padded_line(line)


def _padded_line(line: bytes) -> bytes:
    """Some encoders write more or fewer letters than the line's first one announces."""
    wanted = (line[0] - 32 & 63) * 4 // 3 + 4 if line else 0
    try:
        return binascii.a2b_uu(line[: 1 + wanted // 4 * 4])
    except binascii.Error:
        return b""
