"""Properties of Outlook's messages as they lie in winmail.dat (MS-OXTNEF 2.1.3.4)."""

import struct
from collections.abc import Callable
from dataclasses import dataclass

SHORT_FILENAME, LONG_FILENAME, DISPLAY_NAME = 0x3704, 0x3707, 0x3001
CONTENT_ID, MIME_TYPE, DATA = 0x3712, 0x370E, 0x3701
BODY, HTML, COMPRESSED_RTF, INTERNET_CODE_PAGE, SUBJECT = 0x1000, 0x1013, 0x1009, 0x3FDE, 0x0037

MULTIPLE = 0x1000
OBJECT, TEXT, UNICODE, BINARY = 0x0D, 0x1E, 0x1F, 0x102
FIXED_BYTES = {
    0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16
}  # fmt: skip
FIRST_NAMED = 0x8000
MAXIMUM_PROPERTIES = 5_000


@dataclass(frozen=True, slots=True)
class Property:
    type: int
    data: bytes

    def text(self, decode: Callable[[bytes], str]) -> str:
        words = self.data.decode("utf-16-le", "replace") if self.type == UNICODE else decode(self.data)
        return words.rstrip("\0")


def read(data: bytes) -> dict[int, Property]:
    """The first value of each property, as far as they can be read."""
    found: dict[int, Property] = {}
    reader = Reader(data)
    try:
        for _ in range(min(reader.number(), MAXIMUM_PROPERTIES)):
            kind, identifier = reader.number(2), reader.number(2)
            if identifier >= FIRST_NAMED:
                _skip_name(reader)
            values = _values(reader, kind)
            if values:
                found.setdefault(identifier, Property(kind & ~MULTIPLE, values[0]))
    except (EOFError, struct.error):
        pass
    return found


class Reader:
    """Little-endian numbers and byte strings one after the other; EOFError at the end."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.position = 0

    def take(self, count: int) -> bytes:
        end = self.position + count
        if end > len(self.data):
            raise EOFError
        piece = self.data[self.position : end]
        self.position = end
        return piece

    def number(self, count: int = 4) -> int:
        return int.from_bytes(self.take(count), "little")

    def padded(self, count: int) -> bytes:
        piece = self.take(count)
        self.position += -count % 4
        return piece


def _skip_name(reader: Reader) -> None:
    reader.take(16)
    if reader.number() == 0:
        reader.take(4)
    else:
        reader.padded(reader.number())


def _values(reader: Reader, kind: int) -> list[bytes]:
    base = kind & ~MULTIPLE
    is_variable = base in {OBJECT, TEXT, UNICODE, BINARY}
    count = reader.number() if is_variable or kind & MULTIPLE else 1
    if base not in FIXED_BYTES and not is_variable:
        raise EOFError
    values: list[bytes] = []
    for _ in range(count):
        values.append(reader.padded(reader.number() if is_variable else FIXED_BYTES[base]))
        if reader.position >= len(reader.data):
            break
    return values
