"""The nouns of Japanese by SudachiPy, where the extra `japanese` is installed."""

import importlib
from collections.abc import Callable, Iterator
from functools import cache
from threading import Lock
from typing import Any

PIECE = 2_000
"""Characters: it refuses texts of some ten thousand."""
WORDS = {"名詞", "接頭辞", "接尾辞"}
NUMBER, PERSON = "数詞", "人名"
_one_at_a_time = Lock()
"""A tokenizer is one thread's."""


@cache
def load_nouns() -> Callable[[str], Iterator[str]] | None:
    """None where it is not installed. It takes a second and some hundred megabytes of mapped memory."""
    try:
        dictionary = importlib.import_module("sudachipy.dictionary")
        modes = importlib.import_module("sudachipy").SplitMode
        tokenizer = dictionary.Dictionary().create(modes.C)
    except (ImportError, OSError):
        return None
    return lambda text: iter(_nouns(tokenizer, text))


def _nouns(tokenizer: Any, text: str) -> list[str]:
    """Each noun, and what several in a row make together."""
    found: list[str] = []
    for start in range(0, len(text), PIECE):
        with _one_at_a_time:
            morphemes = [
                (each.surface(), each.part_of_speech()) for each in tokenizer.tokenize(text[start : start + PIECE])
            ]
        found += compounds(morphemes)
    return found


def compounds(morphemes: list[tuple[str, Any]]) -> Iterator[str]:
    row: list[str] = []
    for surface, speech in (*morphemes, ("", ("",))):
        if _is_noun(surface, speech):
            row.append(surface)
            continue
        yield from (each for each in row if len(each) > 1)
        if len(row) > 1:
            yield "".join(row)
        row = []


def _is_noun(surface: str, speech: Any) -> bool:
    if speech[0] not in WORDS or not surface.strip():
        return False
    return not surface.isascii() and speech[1] != NUMBER and speech[2] != PERSON
