"""The content of an opaquely signed S/MIME mail (RFC 5652): taken out, its signature not verified."""

from collections.abc import Iterator
from dataclasses import dataclass

SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
SEQUENCE, OBJECT_IDENTIFIER, OCTETS, EXPLICIT = 0x30, 0x06, 0x04, 0xA0
CONSTRUCTED = 0x20
INDEFINITE = 0x80
MAXIMUM_DEPTH = 30
MAXIMUM_CHUNKS = 1_000_000


class NotReadable(ValueError):
    """These bytes are no such structure."""


@dataclass(frozen=True, slots=True)
class Element:
    """One value of BER; `start` to `end` is its content, `after` where the next one begins."""

    tag: int
    data: bytes
    start: int
    end: int
    after: int

    def children(self, depth: int = 0) -> Iterator["Element"]:
        position = self.start
        while position < self.end:
            element = _element(self.data, position, self.end, depth)
            yield element
            position = element.after

    def child(self, tag: int) -> "Element":
        for element in self.children():
            if element.tag == tag:
                return element
        raise NotReadable


def signed_content(data: bytes) -> bytes | None:
    """The bytes that were signed, None where there are none in it or it is something else."""
    try:
        content_info = _element(data, 0, len(data), 0)
        kind = content_info.child(OBJECT_IDENTIFIER)
        if data[kind.start : kind.end] != SIGNED_DATA:
            return None
        signed = content_info.child(EXPLICIT).child(SEQUENCE)
        return b"".join(_octets(signed.child(SEQUENCE).child(EXPLICIT)))
    except (NotReadable, IndexError, RecursionError):
        return None


def _octets(element: Element, depth: int = 0) -> Iterator[bytes]:
    """Octet strings may be cut into pieces."""
    if depth > MAXIMUM_DEPTH:
        raise NotReadable
    for child in element.children(depth):
        if child.tag == OCTETS:
            yield child.data[child.start : child.end]
        elif child.tag == OCTETS | CONSTRUCTED:
            yield from _octets(child, depth + 1)


def _element(data: bytes, position: int, end: int, depth: int) -> Element:
    if depth > MAXIMUM_DEPTH or position + 2 > end:
        raise NotReadable
    tag, length = data[position], data[position + 1]
    start = position + 2
    if length == INDEFINITE:
        return _indefinite(tag, data, start, end, depth)
    if length > INDEFINITE:
        size = length & 0x7F
        length = int.from_bytes(data[start : start + size], "big")
        start += size
    return Element(tag, data, start, min(start + length, end), min(start + length, end))


def _indefinite(tag: int, data: bytes, start: int, end: int, depth: int) -> Element:
    """Its end is where two zero bytes stand instead of a child."""
    position = start
    for _ in range(MAXIMUM_CHUNKS):
        if data[position : position + 2] == b"\0\0" or position >= end:
            return Element(tag, data, start, position, position + 2)
        position = _element(data, position, end, depth + 1).after
    raise NotReadable
