"""Pictures without a library: PNG from a rule for each of their points."""

import struct
import zlib
from collections.abc import Callable

Colour = tuple[int, int, int]

GREEN: Colour = (47, 125, 91)
WHITE: Colour = (255, 255, 255)
PORTRAIT_POINTS = 160


def picture(width: int, height: int, *, colour: Colour = GREEN) -> bytes:
    """A sky that grows lighter towards its foot."""
    return _png(width, height, lambda x, y: _towards_white(colour, y / height * 0.7))


def portrait(colour: str) -> bytes:
    """Head and shoulders on a ground of this colour, `#rrggbb`; who has no photograph looks like this."""
    ground: Colour = (int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16))
    soft = _towards_white(ground, 0.82)

    def point(x: int, y: int) -> Colour:
        across, down = x / PORTRAIT_POINTS - 0.5, y / PORTRAIT_POINTS
        is_head = across**2 + (down - 0.4) ** 2 < 0.17**2
        is_shoulders = (across / 0.33) ** 2 + ((down - 1) / 0.36) ** 2 < 1
        return soft if is_head or is_shoulders else ground

    return _png(PORTRAIT_POINTS, PORTRAIT_POINTS, point)


def _png(width: int, height: int, point: Callable[[int, int], Colour]) -> bytes:
    rows = b"".join(b"\x00" + b"".join(bytes(point(x, y)) for x in range(width)) for y in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in parts)


def _towards_white(colour: Colour, share: float) -> Colour:
    red, green, blue = (int(part + (255 - part) * share) for part in colour)
    return red, green, blue


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
