"""The content of an opaquely signed S/MIME mail (RFC 5652): taken out, its signature not verified."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from connectors.email.budget import Budget

SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
SEQUENCE, OBJECT_IDENTIFIER, OCTETS, EXPLICIT = 0x30, 0x06, 0x04, 0xA0
CONSTRUCTED = 0x20
INDEFINITE = 0x80
MAXIMUM_DEPTH = 30


class NotReadable(ValueError):
    """These bytes are no such structure."""


@dataclass(slots=True)
class Structure:
    """Bytes, where the elements of indefinite length in them end, and how many elements may still be looked at."""

    data: bytes
    room: int
    ends: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Element:
    """One value of BER; `start` to `end` is its content, `after` where the next one begins."""

    tag: int
    structure: Structure
    start: int
    end: int
    after: int

    def children(self, depth: int = 0) -> Iterator["Element"]:
        position = self.start
        while position < self.end:
            element = _element(self.structure, position, self.end, depth)
            yield element
            position = element.after

    def child(self, tag: int) -> "Element":
        for element in self.children():
            if element.tag == tag:
                return element
        raise NotReadable

    @property
    def content(self) -> bytes:
        return self.structure.data[self.start : self.end]


def signed_content(data: bytes, budget: Budget) -> bytes | None:
    """The bytes that were signed, None where there are none in it or it is something else."""
    structure = Structure(data, budget.elements)
    try:
        content_info = _element(structure, 0, len(data), 0)
        if content_info.child(OBJECT_IDENTIFIER).content != SIGNED_DATA:
            return None
        signed = content_info.child(EXPLICIT).child(SEQUENCE)
        return b"".join(_octets(signed.child(SEQUENCE).child(EXPLICIT)))
    except (NotReadable, IndexError, RecursionError):
        return None
    finally:
        budget.spend_elements(budget.elements - structure.room)


def _octets(element: Element, depth: int = 0) -> Iterator[bytes]:
    """Octet strings may be cut into pieces."""
    if depth > MAXIMUM_DEPTH:
        raise NotReadable
    for child in element.children(depth):
        if child.tag == OCTETS:
            yield child.content
        elif child.tag == OCTETS | CONSTRUCTED:
            yield from _octets(child, depth + 1)


def _element(structure: Structure, position: int, end: int, depth: int) -> Element:
    structure.room -= 1
    if depth > MAXIMUM_DEPTH or position + 2 > end or structure.room < 0:
        raise NotReadable
    tag, length = structure.data[position], structure.data[position + 1]
    start = position + 2
    if length == INDEFINITE:
        stop = structure.ends.get(start) or _end(structure, start, end, depth)
        return Element(tag, structure, start, stop, stop + 2)
    if length > INDEFINITE:
        size = length & 0x7F
        length = int.from_bytes(structure.data[start : start + size], "big")
        start += size
    return Element(tag, structure, start, min(start + length, end), min(start + length, end))


def _end(structure: Structure, start: int, end: int, depth: int) -> int:
    """Where two zero bytes stand instead of a child; kept, for every level around it asks again."""
    position = start
    while position < end and not structure.data.startswith(b"\0\0", position):
        position = _element(structure, position, end, depth + 1).after
    structure.ends[start] = position
    return position
