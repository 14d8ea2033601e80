"""Bytes to text, whatever the mail declares: the declared character set first, then what it probably is.

The chain: declared → the Microsoft superset that is meant → ISO-2022-JP by its escapes → UTF-8 →
a guess → replacement characters. Nothing here raises.
"""

import codecs
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from types import MappingProxyType

from connectors.email import guessing, iso2022jp

SUPERSETS = {
    **dict.fromkeys(
        "shift-jis shiftjis sjis s-jis x-sjis x-shift-jis x-ms-cp932 ms-kanji ms932 windows-31j cswindows31j csshiftjis"
        " cp943c cp943 ibm943 x-mac-japanese windows-932 cp932".split(),
        "cp932",
    ),
    **dict.fromkeys(
        "x-euc-jp eucjp eucjp-ms eucjp-win euc-jp-ms cp51932 x-eucjp cseucpkdfmtjapanese ujis euc".split(), "euc-jp"
    ),
    **dict.fromkeys(
        "gb2312 gbk x-gbk gb-2312 gb2312-80 cp936 windows-936 euc-cn x-euc-cn csgb2312 gb18030-2000".split(), "gb18030"
    ),
    **dict.fromkeys("big5 x-big5 cn-big5 big5-eten csbig5 cp950 windows-950 x-x-big5".split(), "big5hkscs"),
    **dict.fromkeys(
        "euc-kr euckr ks-c-5601-1987 ks-c-5601 ks-c-5601-1989 ksc5601 ksc-5601 ks-x-1001 cseuckr korean windows-949"
        " x-windows-949 ms949 uhc".split(),
        "cp949",
    ),
    **dict.fromkeys(
        "iso-8859-1 iso8859-1 iso-88591 8859-1 latin1 latin-1 l1 iso-ir-100 cp819 x-ansi ansi".split(), "cp1252"
    ),
    "hz-gb-2312": "hz",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "windows-874": "cp874",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "iso-8859-6-i": "iso-8859-6",
    "macintosh": "mac-roman",
    "x-mac-roman": "mac-roman",
    "x-mac-cyrillic": "mac-cyrillic",
    "koi8": "koi8-r",
    "unicode-1-1-utf-7": "utf-7",
    "x-unicode-2-0-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "utf8": "utf-8",
    "utf-8n": "utf-8",
    "x-utf-8": "utf-8",
    "utf8mb4": "utf-8",
    "unicode": "utf-16",
    "ucs-2": "utf-16",
    "iso-10646-ucs-2": "utf-16",
}
CODE_PAGE = re.compile(r"(?:windows|win|x-cp|cp|ms|ibm|x-windows|windows-cp)-?(\d{3,5})")
UNDECLARED = frozenset(
    {"", "us-ascii", "ascii", "ansi-x3.4-1968", "unknown-8bit", "unknown", "x-unknown", "binary", "8bit"}
)
UNTELLING = UNDECLARED | {"utf-8", "cp1252"}
"""As a hint: what nearly every byte fits into, or what these bytes are known not to be."""
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
TOLERATED_SHARE = 0.05
"""Up to this share of unreadable characters a declaration is believed: a cut-off tail is no other charset."""


_corrections: ContextVar[Mapping[str, str]] = ContextVar("corrections", default=MappingProxyType({}))


@contextmanager
def corrected(declared: Iterable[str], right: str) -> Iterator[None]:
    """What declares one of these charsets, or none at all, is in truth in `right`; nothing to correct without it."""
    names = {*map(canonical_name, declared), *UNDECLARED} if right else set()
    before = _corrections.set(dict.fromkeys(names, canonical_name(right)))
    try:
        yield
    finally:
        _corrections.reset(before)


def is_undeclared(declared: str) -> bool:
    """Neither said, nor told."""
    name = canonical_name(declared)
    return name in UNDECLARED and name not in _corrections.get()


def decode(data: bytes, declared: str = "", *, hint: str = "") -> str:
    """The text, without a byte order mark and with U+FFFD where nothing fits.

    `hint` is the charset of what stands beside it: it counts before a guess, and after what the bytes themselves show.
    """
    name = canonical_name(declared)
    if right := _corrections.get().get(name):
        return _as_told(data, right)
    if name.startswith(("iso-2022-jp", "csiso2022jp", "cp5022")):
        return _declared_iso2022jp(data)
    if name in UNDECLARED or _codec(name) is None:
        return _undeclared(data, canonical_name(hint))
    return _declared(data, name)


def _as_told(data: bytes, name: str) -> str:
    """Somebody has seen that it is not what it says, nor what is guessed."""
    if name.startswith("iso-2022-jp"):
        return iso2022jp.decode(data if b"\x1b" in data else iso2022jp.with_escapes(data))
    return _lenient(data, name).removeprefix("\ufeff")


def canonical_name(declared: str) -> str:
    """Lower case, without what mailers hang on it, and as the larger set that is meant by it."""
    name = declared.strip(" \t\"';,.").lower().replace("_", "-").partition("*")[0].partition(":")[0]
    if name in SUPERSETS:
        return SUPERSETS[name]
    page = CODE_PAGE.fullmatch(name)
    return SUPERSETS.get(f"cp{page[1]}", f"cp{page[1]}") if page else name


def _declared(data: bytes, name: str) -> str:
    if name in {"utf-8", "cp1252"} and data.isascii():
        return _seven_bits(data)
    if name == "utf-16":
        return data.decode(_byte_order(data), "replace").removeprefix("\ufeff")
    text = _strict(data, name)
    if text is not None:
        return text.removeprefix("\ufeff")
    text = _lenient(data, name)
    if name == "utf-8":
        return text if _is_damaged_utf8(text) else _undeclared(data)
    return _undeclared(data) if _is_mostly_broken(text, data) else text


def _declared_iso2022jp(data: bytes) -> str:
    if b"\x1b" in data or data.isascii():
        return iso2022jp.decode(data if b"\x1b" in data else iso2022jp.with_escapes(data))
    return _undeclared(data)


def _byte_order(data: bytes) -> str:
    """Without a mark it is to be big-endian, and often is not: in Western text every other byte is zero."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return "utf-16-le" if data[1:2_000:2].count(0) > data[0:2_000:2].count(0) else "utf-16-be"


def _undeclared(data: bytes, hint: str = "") -> str:
    if data.isascii():
        return _seven_bits(data)
    for mark, name in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data.decode(name, "replace")
    if iso2022jp.is_likely(data):
        return iso2022jp.decode(data)
    text = data.decode("utf-8", "replace")
    if _is_damaged_utf8(text):
        return text
    hinted = _strict(data, hint) if hint not in UNTELLING and _codec(hint) else None
    return _guessed(data) if hinted is None else hinted


def _seven_bits(data: bytes) -> str:
    return iso2022jp.decode(data) if iso2022jp.is_likely(data) else data.decode("ascii")


def _guessed(data: bytes) -> str:
    name = canonical_name(guessing.guess(data))
    if name and _codec(name):
        text = _lenient(data, name)
        if not _is_mostly_broken(text, data):
            return text
    return data.decode("utf-8", "replace")


def _strict(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except (UnicodeError, ValueError):
        return None


def _lenient(data: bytes, name: str) -> str:
    try:
        return data.decode(name, "vendor_character" if name == "euc-jp" else "replace")
    except (UnicodeError, ValueError):
        return data.decode("utf-8", "replace")


def _vendor_character(error: UnicodeError) -> tuple[str, int]:
    """For EUC-JP: the vendors' rows (①㈱髙), which the standard library's codec does not know."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    pair = error.object[error.start : error.start + 2]
    if len(pair) < 2 or min(pair) < 0xA1:
        return "\ufffd", error.start + 1
    return iso2022jp.kanji_table()[(pair[0] & 0x7F) << 8 | pair[1] & 0x7F], error.start + 2


codecs.register_error("vendor_character", _vendor_character)


def _is_damaged_utf8(text: str) -> bool:
    """Other charsets read as UTF-8 leave hardly a character whole; a damaged mail most of them."""
    return text.count("\ufffd") * 3 <= sum(not character.isascii() for character in text)


def _is_mostly_broken(text: str, data: bytes) -> bool:
    high = len(data) - len(data.translate(None, bytes(range(0x80, 0x100))))
    return text.count("\ufffd") > max(1, high * TOLERATED_SHARE)


@cache
def _known_codec(name: str) -> bool:
    try:
        return bool(getattr(codecs.lookup(name), "_is_text_encoding", True))
    except (LookupError, ValueError):
        return False


def _codec(name: str) -> bool | None:
    """Whether the standard library reads this charset; long or odd names are not even asked for."""
    return (len(name) <= 40 and name.isascii() and _known_codec(name)) or None
