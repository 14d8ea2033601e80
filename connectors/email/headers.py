"""The header block of a mail or of one of its parts, read forgivingly."""

import re
from dataclasses import dataclass

from connectors.email import words

BLANK_LINE = re.compile(rb"(?:\A|\n)\r*\n")
FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:[ \t]*(.*)", re.DOTALL)
WELL_KNOWN = re.compile(
    rb"^(?:from|to|cc|subject|date|message-id|received|return-path|reply-to|mime-version"
    rb"|content-[a-z-]+|x-[a-z-]+|in-reply-to|references)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
MAXIMUM_FIELDS = 5_000
MAXIMUM_BYTES = 1_048_576
MAXIMUM_VALUE_BYTES = 262_144


@dataclass(slots=True)
class Headers:
    """Fields by lower-case name in their order; values are unfolded bytes."""

    fields: dict[str, list[bytes]]

    def first(self, name: str) -> bytes:
        return self.fields.get(name, [b""])[0]

    def all(self, name: str) -> list[bytes]:
        return self.fields.get(name, [])

    def text(self, name: str) -> str:
        return words.decode(self.first(name)) if name in self.fields else ""

    def raw_text(self, name: str) -> str:
        return words.raw_text(self.first(name)) if name in self.fields else ""

    def __contains__(self, name: str) -> bool:
        return name in self.fields


def split(raw: bytes) -> tuple[Headers, int]:
    """The headers and the offset at which the body starts."""
    blank = BLANK_LINE.search(raw, 0, MAXIMUM_BYTES)
    end, body = blank.span() if blank else (min(len(raw), MAXIMUM_BYTES),) * 2
    block = raw[:end]
    fields, used = _fields(block)
    return Headers(fields), body if used == len(block) else used


def _fields(block: bytes) -> tuple[dict[str, list[bytes]], int]:
    """The fields and how much of the block they take; a line that is no field may start the body at once."""
    found: list[tuple[str, list[bytes]]] = []
    position, last = 0, -1
    for line in block.splitlines(keepends=True):
        if not _take(line, found):
            last = _last_field(block) if last < 0 else last
            if not found or last <= position:
                return _by_name(found), position
            found[-1][1].append(b" " + line.strip())
        position += len(line)
    return _by_name(found), len(block)


def _last_field(block: bytes) -> int:
    """Where the last field of a usual name starts: a stray line above it was only folded badly."""
    return max((match.start() for match in WELL_KNOWN.finditer(block)), default=0)


def _take(line: bytes, found: list[tuple[str, list[bytes]]]) -> bool:
    if line[:1] in b" \t" and found:
        found[-1][1].append(line.strip(b"\r\n"))
        return True
    match = FIELD.match(line)
    if match is None or len(found) >= MAXIMUM_FIELDS:
        return line.startswith((b"From ", b">From "))
    found.append((match[1].decode("ascii").lower(), [match[2].strip(b"\r\n")]))
    return True


def _by_name(found: list[tuple[str, list[bytes]]]) -> dict[str, list[bytes]]:
    fields: dict[str, list[bytes]] = {}
    for name, lines in found:
        fields.setdefault(name, []).append(b"".join(lines)[:MAXIMUM_VALUE_BYTES].strip())
    return fields
