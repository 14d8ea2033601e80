"""Which template is offered first: found by its reading before found in its text, fitting before used (C2). Pure."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from app.core.folding import fold, fold_characters
from app.core.latin import latin, latin_query
from app.letters.models import LetterTemplate

PARTS = "\n"
"""Between name, reading, text and Latin spelling in a `search_key`; no folded text has one."""

NOWHERE = 3

T = TypeVar("T")


def search_key(template: LetterTemplate) -> str:
    """Name, reading, subject with text, and the reading as it is typed with the Japanese off; each folded."""
    name, reading = fold(template.name), fold(template.reading)
    return PARTS.join((name, reading, fold(f"{template.subject} {template.text}"), latin(f"{reading} {name}")))


def words_of(query: str) -> list[str]:
    return fold_characters(query).split()


def rank(keys: Iterable[tuple[T, str]], query: str) -> list[tuple[T, int]]:
    """Those that have every word of the query, with how far from the top they were found."""
    words = words_of(query)
    found = ((each, max((_place(key, word) for word in words), default=0)) for each, key in keys)
    return [(each, place) for each, place in found if place < NOWHERE]


def fit(template: LetterTemplate, category_path: Sequence[int]) -> int:
    """0 for the ticket's own category, more for those above it, most for none and others."""
    if template.category_id in category_path:
        return len(category_path) - 1 - category_path.index(template.category_id)
    return len(category_path)


def _place(key: str, word: str) -> int:
    """0 at the beginning of name or reading, 1 inside of them, 2 in the text, 3 nowhere."""
    name, reading, text, spelt = key.split(PARTS)
    other = latin_query(word)
    if name.startswith(word) or reading.startswith(word) or spelt.startswith(other):
        return 0
    if word in name or word in reading or other in spelt:
        return 1
    return 2 if word in text else NOWHERE
