"""What the index holds of a folded text: each character and each pair of neighbours, so that a word of one character
is found like any other.
"""

from operator import add

VERSION = 1
"""Of this tokeniser. A stored document says by which it was made, since a token is taken out as it was put in."""

AUDIENCE = "a:"
_BLANK = " "


def tokens_of(text: str) -> set[str]:
    line = text.replace("\n", _BLANK)
    return {token for token in {*line, *map(add, line, line[1:])} if _BLANK not in token}


def audience_token(audience_id: int) -> str:
    """Longer than any token of a text, so never taken for one."""
    return f"{AUDIENCE}{audience_id}"


def audience_of(token: str) -> int | None:
    return int(token.removeprefix(AUDIENCE)) if len(token) > 2 else None


def needed_tokens(text: str) -> set[str]:
    """What a text has that holds this folded one: the pairs, and a character where it has no neighbour."""
    parts = text.split(_BLANK)
    return {token for part in parts for token in (map(add, part, part[1:]) if len(part) > 1 else part)}


def is_decided_by_tokens(text: str) -> bool:
    """Whether every document with the tokens holds the text."""
    return len(text) <= 2 and _BLANK not in text


TOKENISERS = {VERSION: tokens_of}
