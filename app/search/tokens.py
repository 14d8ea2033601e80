"""What the index holds of a folded text: each character and each pair of neighbours, so that a word of one character
is found like any other.
"""

from operator import add

VERSION = 1
"""Of this tokeniser. A stored document says by which it was made, since a token is taken out as it was put in."""

_BLANK = " "


def tokens_of(text: str) -> set[str]:
    return _without_blanks({*text, *map(add, text, text[1:])})


def audience_token(audience_id: int) -> str:
    """Longer than any token of a text, so never taken for one."""
    return f"a:{audience_id}"


def needed_tokens(text: str) -> set[str]:
    """What a text has that holds this folded one: the pairs, and a character where it has no neighbour."""
    parts = text.split(_BLANK)
    return {token for part in parts for token in (map(add, part, part[1:]) if len(part) > 1 else part)}


def is_decided_by_tokens(text: str) -> bool:
    """Whether every document with the tokens holds the text."""
    return len(text) <= 2 and _BLANK not in text


def _without_blanks(found: set[str]) -> set[str]:
    return {token for token in found if _BLANK not in token}


TOKENISERS = {VERSION: tokens_of}
