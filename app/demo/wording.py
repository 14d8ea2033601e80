"""Texts with choices and blanks: `[a|b]` is one of the two, `{name}` is filled in. Choices do not nest."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

CHOICE = re.compile(r"\[([^\[\]]*\|[^\[\]]*)\]")
BLANK = re.compile(r"\{(\w+)\}")

KEPT = 24

Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Wording:
    """A text taken apart once: what stands between choices, and the choices."""

    parts: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, text: str) -> "Wording":
        pieces = CHOICE.split(text.strip())
        return cls(tuple(tuple(piece.split("|")) if number % 2 else (piece,) for number, piece in enumerate(pieces)))

    def fill(self, fields: Fields, random: Random) -> str:
        """Raises KeyError for a blank that has no field."""
        chosen = (part[0] if len(part) == 1 else random.choice(part) for part in self.parts)
        return BLANK.sub(lambda blank: fields[blank[1]], "".join(chosen))


class Stock:
    """A few dozen fillings of each text, used again and again where very many are wanted."""

    def __init__(self) -> None:
        self._kept: dict[Wording, list[str]] = {}

    def fill(self, wording: Wording, fields: Fields, random: Random) -> str:
        kept = self._kept.setdefault(wording, [])
        if len(kept) < KEPT:
            kept.append(wording.fill(fields, random))
            return kept[-1]
        return random.choice(kept)
