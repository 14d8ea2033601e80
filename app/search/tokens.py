"""What the index holds of a folded text: each character, each pair of neighbours, and of Latin letters and digits,
which are few, each three in a row. So a word of one character is found like any other.
"""

import re

from app.core.grams import BLANK, pairs, triples

VERSION = 1
"""Of this tokeniser. A stored document says by which it was made, since a token is taken out as it was put in."""

AUDIENCE = "audience:"
_LATIN = re.compile("[!-~]{3,}")


def tokens_of(text: str) -> set[str]:
    line = text.replace("\n", BLANK)
    found = ({*line} - {BLANK}) | pairs(line)
    for run in _LATIN.findall(line):
        found.update(triples(run))
    return found


def audience_token(audience_id: int) -> str:
    """Longer than any token of a text, so never taken for one."""
    return f"{AUDIENCE}{audience_id}"


def audience_of(token: str) -> int | None:
    return int(token.removeprefix(AUDIENCE)) if token.startswith(AUDIENCE) else None


def needed_tokens(text: str) -> set[str]:
    """What a text has that holds this folded one: threes and pairs, and a character where it has no neighbour."""
    needed = {triple for run in _LATIN.findall(text) for triple in triples(run)}
    for part in text.split(BLANK):
        needed.update(pairs(part) if len(part) > 1 else part)
    return needed


def is_decided_by_tokens(text: str) -> bool:
    """Whether every document with the tokens holds the text."""
    return len(text) <= 2 and BLANK not in text


TOKENISERS = {VERSION: tokens_of}
