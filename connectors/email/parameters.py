"""Values with parameters, such as Content-Type: RFC 2045, RFC 2231, and what mailers make of them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from connectors.email import charsets
from connectors.email.cleaning import clean_line
from connectors.email.words import decode_words

PARAMETER = re.compile(r';\s*([^\s=;"]{1,100})\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)', re.DOTALL)
EXTENDED_NAME = re.compile(r"(?P<name>[^*]+)(?:\*(?P<section>\d{1,3}))?(?P<extended>\*)?")
ESCAPED = re.compile(r'\\(["\\])')
MAXIMUM_CHARACTERS = 16_384

Section = tuple[int, bool, str]
"""Number, whether it is percent-encoded, and the text of one piece of an RFC 2231 value."""


@dataclass(frozen=True, slots=True)
class Parametrised:
    """A value in lower case with its parameters by lower-case name, decoded."""

    value: str
    parameters: dict[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str:
        return self.parameters.get(name, "")


def parse(raw: str) -> Parametrised:
    raw = raw[:MAXIMUM_CHARACTERS]
    value = raw.partition(";")[0].strip().lower()
    plain: dict[str, str] = {}
    sections: dict[str, list[Section]] = {}
    for name, text in PARAMETER.findall(raw):
        _sort_in(name.lower(), _unquoted(text), plain, sections)
    extended = {name: _joined(sorted(pieces)) for name, pieces in sections.items()}
    return Parametrised(clean_line(value), {**_decoded(plain), **extended})


def _sort_in(name: str, text: str, plain: dict[str, str], sections: dict[str, list[Section]]) -> None:
    match = EXTENDED_NAME.fullmatch(name)
    if match is None or (match["section"] is None and match["extended"] is None):
        plain.setdefault(name, text)
        return
    pieces = sections.setdefault(match["name"], [])
    pieces.append((int(match["section"] or 0), match["extended"] is not None, text))


def _decoded(plain: dict[str, str]) -> dict[str, str]:
    return {name: decode_words(text) for name, text in plain.items()}


def _unquoted(text: str) -> str:
    text = text.strip()
    if len(text) >= 2 and text[0] == text[-1] == '"':
        return ESCAPED.sub(r"\1", text[1:-1])
    return text.strip('"')


def _joined(pieces: list[Section]) -> str:
    """Pieces are joined as bytes, since a character may lie across two of them."""
    charset, first = _charset(pieces[0])
    data = b"".join(map(_bytes, [first, *pieces[1:]]))
    return decode_words(charsets.decode(data, charset))


def _charset(piece: Section) -> tuple[str, Section]:
    number, is_encoded, text = piece
    if not is_encoded or text.count("'") < 2:
        return "", piece
    charset, _, rest = text.split("'", 2)
    return charset, (number, is_encoded, rest)


def _bytes(piece: Section) -> bytes:
    _, is_encoded, text = piece
    return unquote_to_bytes(text) if is_encoded else text.encode("utf-8", "replace")


def first_of(candidates: Iterable[str]) -> str:
    """The first that says anything."""
    return next((candidate for candidate in candidates if candidate), "")
