"""The place of a text where the words are, with the words marked; pure. Call it off the event loop."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from app.core.folding import fold, fold_characters, is_wide

BEFORE = 18
LENGTH = 110
ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Piece:
    text: str
    is_hit: bool = False


Snippet = tuple[Piece, ...]


def marked(text: str, words: Sequence[str]) -> Snippet:
    """All of a short text with the folded words marked; no piece is a hit when none is there."""
    hits = _hits(text, words)
    return tuple(
        Piece("".join(text[index] for index in run), is_hit)
        for is_hit, run in groupby(range(len(text)), key=hits.__contains__)
    )


def snippet(text: str, words: Sequence[str]) -> Snippet:
    """Around the first line that has a word, or nothing."""
    lines = [line for line in (" ".join(line.split()) for line in text.splitlines()) if line]
    for number, line in enumerate(lines):
        if _has_any(line, words) or _goes_on(lines[number : number + 2], words):
            return _around(" ".join(lines[number : number + 4]), words)
    return ()


def _goes_on(lines: Sequence[str], words: Sequence[str]) -> bool:
    """Whether a word lies across the end of the first line."""
    return _has_any(" ".join(lines), words) and not _has_any(lines[-1], words)


def _around(text: str, words: Sequence[str]) -> Snippet:
    first = min(_hits(text, words), default=0)
    start = max(0, first - BEFORE)
    pieces = marked(text[start : start + LENGTH], words)
    return (
        *((Piece(ELLIPSIS),) if start else ()),
        *pieces,
        *((Piece(ELLIPSIS),) if len(text) > start + LENGTH else ()),
    )


def _has_any(text: str, words: Sequence[str]) -> bool:
    folded = fold(text)
    return any(word in folded for word in words)


def _hits(text: str, words: Sequence[str]) -> set[int]:
    """The positions of the text that belong to a word, with the blanks inside of it."""
    folded, origins = _unfolded(text)
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
    for start, cluster in _clusters(text):
        for character in fold_characters(cluster):
            characters.append(character)
            origins.append((start, start + len(cluster)))
    kept = list(_kept(characters))
    folded = "".join(" " if characters[place].isspace() else characters[place] for place in kept)
    return folded, [origins[place] for place in kept]


def _kept(characters: Sequence[str]) -> Iterator[int]:
    """As `fold` treats blanks: one for many, and none between two characters of Japanese."""
    blank, before = None, ""
    for place, character in enumerate(characters):
        if character.isspace():
            blank = place
            continue
        if blank is not None and before and not (is_wide(before) and is_wide(character)):
            yield blank
        yield place
        blank, before = None, character


def _clusters(text: str) -> Iterator[tuple[int, str]]:
    """A character with the marks that folding draws into it."""
    start = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or not _is_mark(text[place]):
            if start < len(text):
                yield start, text[start:place]
            start = place


def _is_mark(character: str) -> bool:
    return character in "ﾞﾟ" or unicodedata.combining(character) > 0
