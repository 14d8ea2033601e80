"""The place of a text where the words are, with the words marked; pure. Call it off the event loop."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from app.core.folding import fold, fold_characters, is_wide

BEFORE = 18
LENGTH = 110
LINE_LENGTH = 160
"""Longer lines are looked at in parts."""
ELLIPSIS = "…"

_MARKS = "".join(chr(code) for code in range(0x300, 0x3100) if unicodedata.combining(chr(code)))
_MARK = re.compile(f"[{_MARKS}ﾞﾟ]")
_CLUSTER = re.compile(f".[{_MARKS}ﾞﾟ]*", re.DOTALL)
"""A character with the marks that folding draws into it."""


@dataclass(frozen=True, slots=True)
class Piece:
    text: str
    is_hit: bool = False


Snippet = tuple[Piece, ...]


def marked(text: str, words: Sequence[str]) -> Snippet:
    """All of a short text with the folded words marked; no piece is a hit when none is there."""
    if not _has_any(text, words):
        return (Piece(text),) if text else ()
    return _pieces(text, _hits(text, words))


def snippet(text: str, words: Sequence[str]) -> Snippet:
    """Around the first line that has a word as it is written, or else folded; or nothing."""
    lines = list(_lines(text))
    number = next(_lines_with(lines, words), None)
    if number is None:
        return ()
    return _around(_joined(lines[number:]), words)


def _joined(lines: Sequence[str]) -> str:
    """As many as are shown."""
    text = ""
    for line in lines:
        text = f"{text} {line}" if text else line
        if len(text) > LINE_LENGTH:
            break
    return text


def _lines(text: str) -> Iterator[str]:
    for line in text.splitlines():
        plain = " ".join(line.split())
        yield from (plain[start : start + LINE_LENGTH] for start in range(0, len(plain), LINE_LENGTH))


def _lines_with(lines: Sequence[str], words: Sequence[str]) -> Iterator[int]:
    """What is written as it is asked for is found without folding, and so are most."""
    yield from (number for number, line in enumerate(lines) if any(word in line for word in words))
    for number, line in enumerate(lines):
        if _has_any(line, words) or _goes_on(lines[number : number + 2], words):
            yield number


def _goes_on(lines: Sequence[str], words: Sequence[str]) -> bool:
    """Whether a word lies across the end of the first line."""
    return _has_any(" ".join(lines), words) and not _has_any(lines[-1], words)


def _around(text: str, words: Sequence[str]) -> Snippet:
    hits = _hits(text, words)
    start = max(0, min(hits, default=0) - BEFORE)
    shown = _pieces(text[start : start + LENGTH], {place - start for place in hits})
    before, after = start > 0, len(text) > start + LENGTH
    return (*((Piece(ELLIPSIS),) if before else ()), *shown, *((Piece(ELLIPSIS),) if after else ()))


def _pieces(text: str, hits: set[int]) -> Snippet:
    runs = groupby(range(len(text)), key=hits.__contains__)
    return tuple(Piece("".join(text[place] for place in run), is_hit) for is_hit, run in runs)


def _has_any(text: str, words: Sequence[str]) -> bool:
    folded = fold(text)
    return any(word in folded for word in words)


def _hits(text: str, words: Sequence[str]) -> set[int]:
    """The positions of the text that belong to a word, with the blanks inside of it."""
    return _hits_in_line(text, words) or _hits_in(*_unfolded(text), words)


def _hits_in_line(text: str, words: Sequence[str]) -> set[int]:
    """Where folding leaves every character in its place, as it mostly does; no word with a blank inside is found."""
    folded = fold_characters(text)
    if len(folded) != len(text) or _MARK.search(text):
        return set()
    return {place for word in words for start in _places(folded, word) for place in range(start, start + len(word))}


def _hits_in(folded: str, origins: Sequence[tuple[int, int]], words: Sequence[str]) -> set[int]:
    hits: set[int] = set()
    for word in words:
        for start in _places(folded, word):
            hits.update(range(origins[start][0], origins[start + len(word) - 1][1]))
    return hits


def _places(folded: str, word: str) -> Iterator[int]:
    start = folded.find(word)
    while start >= 0:
        yield start
        start = folded.find(word, start + len(word))


def _unfolded(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The text folded, and for each of its characters from where to where it lies in the text."""
    characters: list[str] = []
    origins: list[tuple[int, int]] = []
    for cluster in _CLUSTER.finditer(text):
        for character in _folded(cluster[0]):
            characters.append(character)
            origins.append(cluster.span())
    kept = list(_kept(characters))
    return "".join(characters[place] for place in kept), [origins[place] for place in kept]


def _kept(characters: Sequence[str]) -> Iterator[int]:
    """As `fold` treats blanks: one for many, and none between two characters of Japanese."""
    blank, before = None, ""
    for place, character in enumerate(characters):
        if character == " ":
            blank = place
            continue
        if blank is not None and before and not (is_wide(before) and is_wide(character)):
            yield blank
        yield place
        blank, before = None, character


@lru_cache(maxsize=2_000)
def _folded(cluster: str) -> str:
    return "".join(" " if character.isspace() else character for character in fold_characters(cluster))
