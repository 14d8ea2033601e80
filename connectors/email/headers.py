"""The header block of a mail or of one of its parts, read forgivingly."""

import re
from dataclasses import dataclass, field
from io import BytesIO

from connectors.email import words

EMPTY_LINE = re.compile(rb"\r*\n")
BLANK_LINE = re.compile(rb"\n\r*\n")
FIELD = re.compile(rb"([^\s:]{0,200})[ \t]*:[ \t]*(.*)", re.DOTALL)
USUAL_NAME = (
    rb"(?:from|to|cc|bcc|subject|date|sender|message-id|received|return-path|reply-to|mime-version|delivered-to"
    rb"|content-[a-z-]+|x-[a-z-]+|in-reply-to|references|errors-to|precedence|dkim-signature|user-agent"
    rb"|list-[a-z]+)[ \t]*:"
)
USUAL_FIELD = re.compile(rb"^" + USUAL_NAME, re.IGNORECASE | re.MULTILINE)
BEGINNING = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,2000}+(?=>?From |" + USUAL_NAME + rb")", re.IGNORECASE)
ENVELOPE = (b"From ", b">From ")
MAXIMUM_BYTES = 524_288
MAXIMUM_VALUE_BYTES = 262_144


@dataclass(slots=True)
class Headers:
    """Fields by lower-case name in their order; values are unfolded bytes."""

    fields: dict[str, list[bytes]]
    hint: str = ""
    """The charset of the text below, for raw eight-bit fields that say nothing of theirs."""
    names: list[str] = field(default_factory=list)
    """As they stand, one for each field."""

    def first(self, name: str) -> bytes:
        return self.fields.get(name, [b""])[0]

    def all(self, name: str) -> list[bytes]:
        return self.fields.get(name, [])

    def text(self, name: str) -> str:
        return words.decode(self.first(name), self.hint) if name in self.fields else ""

    def raw_text(self, name: str) -> str:
        return words.raw_text(self.first(name), self.hint) if name in self.fields else ""

    def __contains__(self, name: str) -> bool:
        return name in self.fields


def beginning(raw: bytes) -> int:
    """Where a mail's first field starts: behind a byte order mark, blank lines, the envelope line of an mbox."""
    match = BEGINNING.match(raw)
    return match.end() if match else 0


def split(raw: bytes, start: int = 0, end: int | None = None) -> tuple[Headers, int]:
    """The headers of the part from `start` to `end` and the offset at which its body starts."""
    end = len(raw) if end is None else end
    block_end, body = _block(raw, start, end)
    block = raw[start:block_end]
    found, used = _fields(block)
    return Headers(_by_name(found), names=[name for name, _ in found]), body if used == len(block) else start + used


def _block(raw: bytes, start: int, end: int) -> tuple[int, int]:
    if empty := EMPTY_LINE.match(raw, start, end):
        return start, empty.end()
    limit = min(end, start + MAXIMUM_BYTES)
    blank = BLANK_LINE.search(raw, start, limit)
    return (blank.start() + 1, blank.end()) if blank else (limit, limit)


def _fields(block: bytes) -> tuple[list[tuple[str, list[bytes]]], int]:
    """The fields and how much of the block they take; a line that is no field may start the body at once."""
    found: list[tuple[str, list[bytes]]] = []
    position, last = 0, -1
    for line in BytesIO(block):
        if not _take(line, found):
            last = _last_field(block) if last < 0 else last
            if not found or last <= position:
                return found, position
            found[-1][1].append(b" " + line.strip())
        position += len(line)
    return found, len(block)


def _last_field(block: bytes) -> int:
    """Where the last field of a usual name starts: a stray line above it was only folded badly."""
    return max((match.start() for match in USUAL_FIELD.finditer(block)), default=0)


def _take(line: bytes, found: list[tuple[str, list[bytes]]]) -> bool:
    if line[:1] in b" \t" and found:
        found[-1][1].append(line.strip(b"\r\n"))
        return True
    match = FIELD.match(line)
    if line.startswith(ENVELOPE):
        return True
    if match is None:
        return _continue_empty(line, found)
    found.append((match[1].decode("latin-1").lower(), [match[2].strip(b"\r\n")]))
    return True


def _continue_empty(line: bytes, found: list[tuple[str, list[bytes]]]) -> bool:
    """A field that says nothing goes on in a line whose indentation some server has lost."""
    if not found or any(found[-1][1]):
        return False
    found[-1][1].append(line.strip())
    return True


def _by_name(found: list[tuple[str, list[bytes]]]) -> dict[str, list[bytes]]:
    fields: dict[str, list[bytes]] = {}
    for name, lines in found:
        fields.setdefault(name, []).append(b"".join(lines)[:MAXIMUM_VALUE_BYTES].strip())
    return fields
