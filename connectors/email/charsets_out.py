"""The charset that a mail is written in: UTF-8, or ISO-2022-JP (RFC 1468) for programs that read nothing else."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

CODEC = "iso2022_jp"
SHIFTS = dict.fromkeys((0x0E, 0x0F, 0x1B))
"""Would switch the character set by themselves."""
TWINS = str.maketrans("～∥－￠￡￢—", "〜‖−¢£¬―")
"""One cell of the standard, which Windows and the standard read as two characters that look the same."""
LOOK_ALIKES = {"髙": "高", "﨑": "崎", "德": "徳", "瀨": "瀬", "濵": "浜", "𠮷": "吉", "¥": "￥", "•": "・"}
JOINERS = frozenset("\u200d\ufe0e\ufe0f\uff9e\uff9f")
"""What belongs to the character before it."""
MOST_JOINED = 30


@dataclass(frozen=True, slots=True)
class Charset:
    """`encode` never raises; what it cannot carry, `lost` names beforehand."""

    name: str
    encode: Callable[[str], bytes]
    encode_html: Callable[[str], bytes]


def lost(texts: Iterable[str]) -> tuple[str, ...]:
    """What ISO-2022-JP cannot carry, each once and in the texts' order; an emoji is one, of whatever it is made."""
    found: dict[str, None] = {}
    for text in texts:
        if set(text) - writable():
            found |= dict.fromkeys(each[0] for each in _wholes().finditer(unicodedata.normalize("NFC", text)))
    return tuple(found)


def as_read(text: str) -> str:
    """To compare what was written with what came back."""
    return unicodedata.normalize("NFC", text).translate(TWINS)


def look_alike(character: str) -> str:
    """What may stand in its place, '' if nothing says the same."""
    other = LOOK_ALIKES.get(character) or unicodedata.normalize("NFKC", character)
    if unicodedata.decomposition(character[0]).startswith("<circle>"):
        other = f"({other})"
    return "" if set(other) - writable() else other


@cache
def writable() -> frozenset[str]:
    """ASCII, JIS X 0208 and the twins of its characters."""
    standard = {chr(point) for point in range(0x80, 0x10000) if _is_in_standard(chr(point))}
    return frozenset({*map(chr, range(0x80)), *standard, *map(chr, TWINS)})


def _is_in_standard(character: str) -> bool:
    """The Roman set of JIS X 0201 shows a yen sign where others show a backslash: it is not used."""
    return character.encode(CODEC, "ignore").startswith(b"\x1b$B")


@cache
def _wholes() -> re.Pattern[str]:
    """A character that cannot be written, with what belongs to it; in a row without end it is cut."""
    other = f"[^{re.escape(''.join(sorted(writable())))}]"
    return re.compile(f"{other}(?:[{''.join(sorted(JOINERS))}]|(?<=\u200d){other}){{0,{MOST_JOINED}}}+")


def _prepared(text: str) -> str:
    return unicodedata.normalize("NFC", text).translate(TWINS).translate(SHIFTS)


def _jis(text: str) -> bytes:
    return _prepared(text).encode(CODEC, "replace")


def _jis_html(html: str) -> bytes:
    return _prepared(html).encode(CODEC, "xmlcharrefreplace")


def _utf_8(text: str) -> bytes:
    return text.encode("utf-8", "replace")


UTF_8 = Charset("UTF-8", _utf_8, _utf_8)
ISO_2022_JP = Charset("ISO-2022-JP", _jis, _jis_html)
