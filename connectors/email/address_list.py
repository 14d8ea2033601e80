"""Address headers: every address in them is found, also where the header breaks the rules.

Japanese mailers and carriers leave commas, `|` and brackets unquoted and write `foo..bar.@docomo.ne.jp`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from connectors.contracts import Address
from connectors.email.cleaning import clean_line
from connectors.email.words import decode_words, raw_text

TOKEN = re.compile(
    r"""
      (?P<word>=\?[^?\s=]{1,60}\?[bBqQ]\?[^?]*\?=)
    | (?P<quoted>"(?:[^"\\]|\\.){0,300}"(?:@[^\s<>,;"]+)?)
    | (?P<comment>\((?:[^()<>\\]|\\.|\((?:[^()<>\\]|\\.){0,200}\)){0,300}\))
    | (?P<angle><[^<>]*(?:>|$))
    | (?P<border>[,:;])
    | (?P<space>\s+)
    | (?P<other>(?:[^\s<>,:;"=()\\]++|\\["()]?)++|.)   # an escaped bracket or quotation mark begins nothing
    """,
    re.VERBOSE | re.DOTALL,
)
BARE = re.compile(r"\"(?:[^\"\\]|\\.){1,100}\"@[^\s<>,;:\"]+|[^\s<>()\[\]\"',;:]+")
LOCAL_NAME = re.compile(r"[A-Za-z0-9_+.*#-]{1,64}")
LOOSE_AT = re.compile(r"(?:(?<!\s)\s++)?@\s*+")
LOOSE_DOT = re.compile(r"(?<=@)([^\s@,]{1,255}?)(?:\s+\.\s*|\.\s+)(?=[^\s@])")
COMMENT = re.compile(r"(\((?:[^()\\]|\\.)*+)(\)?)")
ESCAPED = re.compile(r"\\(.)", re.DOTALL)
MAXIMUM_CHARACTERS = 100_000
MAXIMUM_ADDRESSES = 2_000
MAXIMUM_ADDRESS_CHARACTERS = 998


def parse(value: bytes, hint: str = "") -> tuple[Address, ...]:
    """All of a header in their order; groups are opened, their names dropped.

    Who is named without any address has the address ''; a word alone (`postmaster`) is a local address.
    """
    text = raw_text(value, hint)[:MAXIMUM_CHARACTERS]
    found = _list(text)
    if "=?" in text and not any("@" in each.address for each in found):
        found = _list(decode_words(text)) or found
    return tuple(found[:MAXIMUM_ADDRESSES])


def _list(text: str) -> list[Address]:
    reading = _Reading(has_groups=";" in text)
    for match in TOKEN.finditer(text):
        if match.lastgroup == "angle":
            reading.take_angle(match[0])
        elif match.lastgroup == "border":
            reading.take_border(match[0])
        else:
            reading.piece.append((match.lastgroup or "", match[0]))
    reading.end()
    return reading.found


Token = tuple[str, str]
"""A group of `TOKEN` and its text."""


@dataclass(slots=True)
class _Reading:
    """Pieces between commas. One without any address is the first half of a name (`Yamada, Taro <taro@…>`), or,
    where no angle bracket follows, a name of its own."""

    has_groups: bool
    found: list[Address] = field(default_factory=list)
    piece: list[Token] = field(default_factory=list)
    waiting: list[list[Token]] = field(default_factory=list)
    is_after_angle: bool = False

    def take_angle(self, token: str) -> None:
        before = [token for piece in [*self.waiting, self.piece] for token in piece]
        address = _in_angles(token)
        if address:
            self.found.append(_address(_name(before), address))
        elif _has_address(before):
            self.found += _bare(before)
        elif name := _name(before):
            self.found.append(_address(name, ""))
        self.waiting, self.piece, self.is_after_angle = [], [], bool(address)

    def take_border(self, token: str) -> None:
        if token == "," and self._is_name():
            self.waiting.append([*self.piece, ("border", token)])
            self.piece = []
        elif token == ":" and not self.has_groups:
            self.piece.append(("border", token))
        elif token == ":" and not _has_address(self.piece):
            self.waiting, self.piece = [], []
        else:
            self.end()

    def end(self) -> None:
        if self.is_after_angle:
            self._take_what_follows()
        else:
            for piece in [*self.waiting, self.piece]:
                self.found += _bare(piece)
        self.waiting, self.piece, self.is_after_angle = [], [], False

    def _is_name(self) -> bool:
        return not self.is_after_angle and not _has_address(self.piece)

    def _take_what_follows(self) -> None:
        """Behind the bracket may stand the name, or a further address whose comma is missing."""
        if _has_address(self.piece):
            self.found += _bare(self.piece)
        elif not self.found[-1].name:
            self.found[-1] = _address(_name(self.piece), self.found[-1].address)


def _has_address(piece: list[Token]) -> bool:
    return any("@" in token for kind, token in piece if kind != "comment")


def _in_angles(token: str) -> str:
    """What stands in angle brackets, without comments, routes and the white space of folding."""
    text = COMMENT.sub(_without_comment, decode_words(token.strip("<>")))
    text = _tightened(text).removeprefix("mailto:").strip()
    if text.startswith("@"):
        text = text.rpartition(":")[2]
    if text.startswith('"'):
        return text
    words = text.split()
    return next((word for word in words if "@" in word), "".join(words))


def _without_comment(match: re.Match[str]) -> str:
    """What no bracket closes is none, and is read once only."""
    return "" if match[2] else match[1]


def _bare(piece: list[Token]) -> Iterator[Address]:
    """Addresses without angle brackets; the words around a single one are its name."""
    text = _tightened("".join(token for kind, token in piece if kind != "comment")).strip(", \t")
    comments = [token for kind, token in piece if kind == "comment"]
    found = _addresses_in(text) or _addresses_in(" ".join(comments))
    if not found:
        yield from _without_address(piece, text, comments)
    elif len(found) == 1:
        around = text.replace(found[0], "", 1).strip().removesuffix(":")
        yield _address(_plain(around) or _plain(" ".join(comments)), found[0])
    else:
        yield from (_address("", address) for address in found)


def _tightened(text: str) -> str:
    """Old programs put blanks around the at sign and the dots of a domain."""
    return LOOSE_DOT.sub(r"\1.", LOOSE_AT.sub("@", text)) if "@" in text else text


def _addresses_in(text: str) -> list[str]:
    return [found for found in BARE.findall(text) if "@" in found[1:-1]]


def _without_address(piece: list[Token], text: str, comments: list[str]) -> Iterator[Address]:
    if LOCAL_NAME.fullmatch(text):
        yield _address(_plain(" ".join(comments)), text)
    elif name := _name(piece):
        yield _address(name, "")


def _address(name: str, address: str) -> Address:
    return Address(name, clean_line(address)[:MAXIMUM_ADDRESS_CHARACTERS])


def _name(piece: list[Token]) -> str:
    """A display name; a comment beside it (`田中(営業部)`) belongs to it, one alone is it."""
    if all(kind in {"comment", "space"} for kind, _ in piece):
        return _plain("".join(token for _, token in piece))
    return _plain("".join(_unquoted(token) if kind == "quoted" else token for kind, token in piece))


def _unquoted(token: str) -> str:
    return ESCAPED.sub(r"\1", token[1:-1]) if token.endswith('"') else token


def _plain(text: str) -> str:
    text = text.strip("<>, \t\r\n")
    if len(text) >= 2 and text[0] + text[-1] in {'""', "''", "()"}:
        text = ESCAPED.sub(r"\1", text[1:-1])
    return decode_words(text)
