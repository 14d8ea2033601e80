import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Annotated, Self

import typer

REDRAW_SECONDS = 0.2

Quiet = Annotated[bool, typer.Option("--quiet", help="Say nothing while it goes on; for cron.")]


class Progress:
    """One line for each part, drawn over and over where somebody looks."""

    def __init__(self, act: str, *, is_quiet: bool = False) -> None:
        self._act = act
        self._is_quiet = is_quiet or not sys.stderr.isatty()
        self._part, self._drawn_at = "", 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._part:
            sys.stderr.write("\n")

    def __call__(self, part: str, count: int) -> None:
        if part != self._part or self._is_time:
            self._draw(part, f"{part} {count}")

    def of(self, part: str) -> Callable[[int, int], None]:
        """For what knows how many there will be."""

        def tell(done: int, total: int) -> None:
            if part != self._part or self._is_time or done >= total:
                self._draw(part, f"{done} of {total} {part}")

        return tell

    @property
    def _is_time(self) -> bool:
        return time.monotonic() - self._drawn_at >= REDRAW_SECONDS

    def _draw(self, part: str, words: str) -> None:
        if self._is_quiet:
            return
        sys.stderr.write("\n" if self._part not in {"", part} else "\r")
        sys.stderr.write(f"{self._act}: {words}")
        self._part, self._drawn_at = part, time.monotonic()
