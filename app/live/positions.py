"""Where a page or a stream stands in the log: `epoch-number` (MODEL 23)."""

from typing import NamedTuple, Self

MAX_DIGITS = 18


class Position(NamedTuple):
    epoch: str
    number: int

    def __str__(self) -> str:
        return f"{self.epoch}-{self.number}"

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """None for what was never a position."""
        epoch, _, number = text.strip().rpartition("-")
        is_number = number.isascii() and number.isdigit() and len(number) <= MAX_DIGITS
        return cls(epoch, int(number)) if is_number else None
