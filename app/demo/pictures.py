"""Files to attach: photographs of boxes that were dropped, and papers. Drawn here, so that there is nobody in them."""

import struct
import zlib
from functools import cache
from random import Random

from connectors.contracts import Attachment

WIDTH, HEIGHT = 360, 240
VARIANTS = 6
TABLE, CARDBOARD, SHADE, TAPE, TEAR = (206, 200, 190), (188, 145, 96), (158, 118, 74), (222, 205, 168), (58, 42, 30)

Color = tuple[int, int, int]


class Canvas:
    """Rows of pixels, three bytes each."""

    def __init__(self, color: Color) -> None:
        self.rows = [bytearray(bytes(color) * WIDTH) for _ in range(HEIGHT)]

    def fill(self, left: int, top: int, right: int, bottom: int, color: Color) -> None:
        left, right = max(left, 0), min(right, WIDTH)
        for row in self.rows[max(top, 0) : max(bottom, 0)]:
            row[left * 3 : right * 3] = bytes(color) * (right - left)

    def png(self) -> bytes:
        header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
        data = zlib.compress(b"".join(b"\0" + bytes(row) for row in self.rows))
        return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def photo(random: Random, number: int = 1) -> Attachment:
    """A parcel with a dent, as somebody photographed it on a table."""
    return Attachment(f"IMG_{random.randint(1000, 9999)}.png", "image/png", _parcel(random.randrange(VARIANTS), number))


def paper(name: str, lines: list[str]) -> Attachment:
    """A sheet with a few lines of Japanese."""
    return Attachment(name, "application/pdf", _pdf(lines))


@cache
def _parcel(variant: int, number: int) -> bytes:
    random = Random(variant * 10 + number)
    canvas = Canvas(TABLE)
    left, top = 50 + random.randrange(30), 40 + random.randrange(20)
    canvas.fill(left + 8, top + 8, left + 238, top + 158, (170, 164, 154))
    canvas.fill(left, top, left + 230, top + 150, CARDBOARD)
    canvas.fill(left, top + 110, left + 230, top + 150, SHADE)
    canvas.fill(left, top + 52, left + 230, top + 68, TAPE)
    canvas.fill(left + 24, top + 84, left + 92, top + 102, (245, 245, 240))
    _tear(canvas, random, left + 150 + random.randrange(50), top)
    return canvas.png()


def _tear(canvas: Canvas, random: Random, x: int, y: int) -> None:
    for step in range(60 + random.randrange(50)):
        x += random.randint(-3, 3)
        width = 2 + random.randrange(6) * (step % 9 == 0)
        canvas.fill(x, y + step, x + width, y + step + 1, TEAR)
        canvas.fill(x + width, y + step, x + width + 9, y + step + 1, SHADE)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _pdf(lines: list[str]) -> bytes:
    """With a font that every reader brings along for Japanese; none is inside."""
    text = "\n".join(f"<{line.encode('utf-16-be').hex()}> Tj T*" for line in lines)
    content = f"BT /F1 14 Tf 24 TL 60 760 Td\n{text}\nET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /HeiseiKakuGo-W5 /Encoding /UniJIS-UCS2-H"
        b" /DescendantFonts [6 0 R] >>",
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /HeiseiKakuGo-W5 /FontDescriptor 7 0 R"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) /Supplement 2 >> >>",
        b"<< /Type /FontDescriptor /FontName /HeiseiKakuGo-W5 /Flags 4 /FontBBox [-92 -250 1010 922]"
        b" /ItalicAngle 0 /Ascent 752 /Descent -221 /CapHeight 737 /StemV 114 >>",
    ]
    return _with_references(objects)


def _with_references(objects: list[bytes]) -> bytes:
    """Each object with its number, then the table of where they begin."""
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    rows = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    table = b"xref\n0 %d\n0000000000 65535 f \n%s" % (count, rows)
    return body + table + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, len(body))
