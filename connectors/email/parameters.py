"""Values with parameters, such as Content-Type: RFC 2045, RFC 2231, and what mailers make of them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from connectors.email import charsets
from connectors.email.cleaning import clean_line
from connectors.email.words import decode_words

COMMENT = re.compile(r"(\((?:[^()\\\"]++|\\.)*+)(\)?)")
VALUE = re.compile(r"\s*([^;\"=]*)")
PARAMETER = re.compile(
    r"""
    (?:^|;|(?<!\s)\s)\s*+([^\s=;"]{1,100}+)\s*+=\s*+     # a name; the semicolon before it may be missing
    ("(?:[^"\\]|\\.|"(?=[^\s;]|[^;="]*"\s*(?:;|\Z)))*+"?   # quoted, with quotes inside that nobody escaped
    |(?:[^;\s]|(?<!\s)\s++(?![\w*-]++\s*+=(?!\?)))*+)     # bare, up to the next parameter: names have blanks
    """,
    re.DOTALL | re.VERBOSE,
)
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
    raw = raw[:MAXIMUM_CHARACTERS].strip()
    value, start = _value(raw)
    plain: dict[str, str] = {}
    sections: dict[str, list[Section]] = {}
    for name, text in PARAMETER.findall(raw[start:]):
        _sort_in(name.lower(), _unquoted(text), plain, sections)
    extended = {name: _joined(sorted(pieces, key=lambda piece: piece[0])) for name, pieces in sections.items()}
    return Parametrised(
        clean_line(value), {**_decoded(plain), **{name: text for name, text in extended.items() if text}}
    )


def first_of(candidates: Iterable[str]) -> str:
    """The first that says anything."""
    return next((candidate for candidate in candidates if candidate), "")


def _value(raw: str) -> tuple[str, int]:
    """What stands before the parameters, without comments and blanks, and where they start."""
    match = VALUE.match(raw)
    if match is None or raw[match.end() : match.end() + 1] != "=":
        return _compact(raw.partition(";")[0]), match.end() if match else 0
    head = match[1].rstrip()
    start = max(head.rfind(" "), head.rfind("\t"), 0)  # a parameter follows at once, without semicolon
    return _compact(head[:start]), start


def _compact(value: str) -> str:
    return "/".join(piece.strip() for piece in _without_comments(value, " ").split("/")).lower()


def _without_comments(text: str, instead: str = "") -> str:
    """What no bracket closes is no comment, and is read once only."""
    return COMMENT.sub(lambda match: instead if match[2] else match[1], text)


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
    if text.startswith('"'):
        return ESCAPED.sub(r"\1", text[1:-1] if len(text) > 1 and text.endswith('"') else text[1:])
    return _without_comments(text).strip().strip('"') if text.endswith(")") and " (" in text else text.strip('"')


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
