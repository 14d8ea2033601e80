"""The mails in an mbox file (RFC 4155), whichever of its dialects, without the file in memory."""

import re
from collections.abc import AsyncGenerator, Iterator
from datetime import datetime
from functools import partial
from mmap import mmap

from connectors.contracts import RawMessage
from connectors.email import headers, identifiers
from connectors.email.headers import Headers

ENVELOPE = re.compile(
    rb"^From [^\n]{0,400}?(?P<at>(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? "
    rb"(?:[A-Z][a-z]{2} +\d{1,2}|\d{1,2} [A-Z][a-z]{2}) [^\n]*)\n",
    re.MULTILINE,
)
"""A line of a letter may begin with the word; none has a day of the week and a date beside it, unless it is quoted."""
QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)
WHOLE_BYTES = 50 << 20
"""A larger one is read in pieces."""
PIECE_BYTES = 4 << 20
HEAD_BYTES = 256 << 10


def messages(file: mmap, *, now: datetime) -> Iterator[RawMessage]:
    """In their order, numbered from 1. `now` is when those came that say nothing of it."""
    for number, (start, end, written_above) in enumerate(_spans(file), start=1):
        received_at = _received_at(file[start : min(end, start + HEAD_BYTES)]) or written_above or now
        if end - start <= WHOLE_BYTES:
            yield RawMessage(number, _unquoted(file[start:end]), received_at)
        else:
            yield RawMessage(number, None, received_at, read=partial(_pieces, file, start, end))


def _spans(file: mmap) -> Iterator[tuple[int, int, datetime | None]]:
    """Where each mail lies, without the line above it, and the date in that. A file without such lines is one mail."""
    start, at = 0, None
    for match in ENVELOPE.finditer(file):
        if match.start() > start:
            yield start, match.start(), at
        start, at = match.end(), identifiers.date(match["at"].decode("ascii", "replace"))
    if len(file):
        yield start, len(file), at


def _unquoted(raw: bytes) -> bytes:
    return QUOTED.sub(rb"\1", raw)


async def _pieces(file: mmap, start: int, end: int) -> AsyncGenerator[bytes]:
    """Each ends with a line, so that no quoted one is cut."""
    while start < end:
        line_end = file.find(b"\n", start + PIECE_BYTES, end) + 1
        stop = line_end or end
        yield _unquoted(file[start:stop])
        start = stop


def _received_at(head: bytes) -> datetime | None:
    """When the last server took it, else when it was written."""
    fields, _ = headers.split(head)
    return _last_received(fields) or identifiers.date(fields.raw_text("date"))


def _last_received(fields: Headers) -> datetime | None:
    _, _, written = fields.raw_text("received").rpartition(";")
    return identifiers.date(written)
