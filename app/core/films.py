"""What an MP4 file says of itself: whether it is one, and how long it plays (ISO 14496-12)."""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

HEAD = 8
MOST_BOXES = 200
MVHD_BYTES = 32


def duration_ms(path: Path) -> int | None:
    """None for what is no such file, or does not say."""
    with path.open("rb") as file:
        end = path.stat().st_size
        if not any(name == b"ftyp" for name, _, _ in _boxes(file, 0, min(end, 4096))):
            return None
        for name, begin, stop in _boxes(file, 0, end):
            if name == b"moov":
                return _movie_header(file, begin, stop)
    return None


def _movie_header(file: BinaryIO, begin: int, end: int) -> int | None:
    for name, at, _ in _boxes(file, begin, end):
        if name == b"mvhd":
            file.seek(at)
            return _milliseconds(file.read(MVHD_BYTES))
    return None


def _milliseconds(head: bytes) -> int | None:
    """Times have 32 bits in its version 0, 64 in version 1; a unit is a part of a second."""
    layout, offset = (">IQ", 20) if head[:1] == b"\x01" else (">II", 12)
    if len(head) < offset + struct.calcsize(layout):
        return None
    scale, units = struct.unpack_from(layout, head, offset)
    return int(units * 1000 // scale) if scale else None


def _boxes(file: BinaryIO, begin: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Name, begin and end of the content; nothing after what makes no sense."""
    for _ in range(MOST_BOXES):
        file.seek(begin)
        head = file.read(HEAD)
        if len(head) < HEAD or begin >= end:
            return
        size, name = struct.unpack(">I4s", head)
        start = begin + HEAD
        if size == 1:
            size, start = int.from_bytes(file.read(8), "big"), start + 8
        stop = end if size == 0 else begin + size
        if stop < start or (stop > end and name != b"ftyp"):
            return
        yield name, start, stop
        begin = stop
