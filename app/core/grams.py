"""Neighbouring characters of a folded text: what words are, in a language that is written without blanks."""

from operator import add

BLANK = " "


def pairs(text: str) -> set[str]:
    """Each character with the next, where no blank is in it."""
    return {pair for pair in map(add, text, text[1:]) if BLANK not in pair}


def triples(run: str) -> set[str]:
    """Each three in a row."""
    return {run[start : start + 3] for start in range(len(run) - 2)}
