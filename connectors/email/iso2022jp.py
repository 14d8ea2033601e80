"""ISO-2022-JP as mailers really write it: NEC row 13 (①㈱), IBM kanji (髙﨑) and half-width kana included.

The standard library's codecs know only the characters of the standard and turn everything else into U+FFFD.
"""

import re
import struct
from functools import cache

ESCAPE = re.compile(rb"\x1b(\$[@AB]|\$\([@A-DO-Q]|\([A-Z]|&@)|([\x0e\x0f])")
JAPANESE_SIGN = re.compile(rb"\x1b(?:\$[@B]|\$\([@BDO-Q]|\(I)")
LOST_ESCAPES = re.compile(rb"\$([@B])((?:(?!\([BJ])[\x21-\x7e]{2})++)(?:\(([BJ]))?")
LINE_END = re.compile(rb"\r?\n|\r")
KANJI_RUN = re.compile(rb"((?:[\x21-\x7e]{2})+)|(.)", re.DOTALL)

ASCII, KANA = b"(B", b"(I"
KANJI = frozenset({b"$B", b"$@", b"$(B", b"$(@"})
SHIFTS = {b"\x0e": KANA, b"\x0f": ASCII}
OTHER_SETS = {
    b"$A": "iso2022_jp_2",
    b"$(A": "iso2022_jp_2",
    b"$(C": "iso2022_jp_2",
    b"$(D": "iso2022_jp_2",
    b"$(O": "iso2022_jp_2004",
    b"$(P": "iso2022_jp_2004",
    b"$(Q": "iso2022_jp_2004",
}


def decode(data: bytes) -> str:
    """Never raises; what no table knows becomes U+FFFD."""
    pieces = ESCAPE.split(data)
    text = [_ascii(pieces[0])]
    for index in range(1, len(pieces), 3):
        escape, shift, segment = pieces[index : index + 3]
        text.append(_segment(escape or SHIFTS.get(shift, b""), segment))
    return "".join(text)


def with_escapes(data: bytes) -> bytes:
    """Old gateways have dropped the escape characters and left what follows them."""
    return LOST_ESCAPES.sub(_escaped, data)


def _escaped(match: re.Match[bytes]) -> bytes:
    """What does not end in a return to ASCII is plain text, and is read once only."""
    return b"\x1b$%b%b\x1b(%b" % match.groups() if match[3] else match[0]


def is_likely(data: bytes) -> bool:
    """Whether the bytes switch to a Japanese character set somewhere."""
    return b"\x1b" in data and JAPANESE_SIGN.search(data) is not None


def _segment(character_set: bytes, segment: bytes) -> str:
    """The set holds until the end of the line, where ASCII comes back by itself (RFC 1468)."""
    if character_set not in KANJI and character_set != KANA and character_set not in OTHER_SETS:
        return _ascii(segment)
    end = LINE_END.search(segment)
    here = segment[: end.start()] if end else segment
    rest = _ascii(segment[end.start() :]) if end else ""
    return _switched(character_set, here) + rest


def _switched(character_set: bytes, line: bytes) -> str:
    if character_set in KANJI:
        return "".join(_pairs(run) if run else _stray(other) for run, other in KANJI_RUN.findall(line))
    if character_set == KANA:
        return "".join(map(_kana, line))
    return (b"\x1b" + character_set + line + b"\x1b(B").decode(OTHER_SETS[character_set], "replace")


def _pairs(run: bytes) -> str:
    table = kanji_table()
    return "".join([table[code] for code in struct.unpack(f">{len(run) // 2}H", run)])


def _stray(byte: bytes) -> str:
    return byte.decode("ascii", "replace")


def _kana(byte: int) -> str:
    seven_bits = byte & 0x7F
    if 0x21 <= seven_bits <= 0x5F:
        return chr(0xFF61 + seven_bits - 0x21)
    return chr(seven_bits)


def _ascii(segment: bytes) -> str:
    """Text outside any Japanese set; eight-bit bytes there are UTF-8 footers of lists, or JIS X 0201 kana."""
    segment = segment.replace(b"\x1b", b"")
    try:
        return segment.decode("utf-8")
    except UnicodeDecodeError:
        return segment.decode("cp932", "replace")


@cache
def kanji_table() -> list[str]:
    """Characters by JIS code (two bytes of seven bits), by way of the code page that mailers mean."""
    table = ["\ufffd"] * 0x8000
    for row in range(0x21, 0x7F):
        for cell in range(0x21, 0x7F):
            table[row << 8 | cell] = jis_to_cp932(row, cell).decode("cp932", "replace")
    return table


def jis_to_cp932(row: int, cell: int) -> bytes:
    lead = (row + 1 >> 1) + (0x70 if row < 0x5F else 0xB0)
    if row % 2:
        return bytes((lead, cell + (0x1F if cell < 0x60 else 0x20)))
    return bytes((lead, cell + 0x7E))
