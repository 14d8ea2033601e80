import sys
from io import StringIO

import pytest

from app.cli.progress import Progress


class Screen(StringIO):
    def isatty(self) -> bool:
        return True


def test_each_part_has_a_line_that_ends_with_all_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)

    with Progress("reports") as progress:
        for what, total in (("tickets", 3), ("days", 2)):
            tell = progress.of(what)
            for done in range(1, total + 1):
                tell(done, total)

    first, second, rest = screen.getvalue().split("\n")
    assert first.endswith("\rreports: 3 of 3 tickets")
    assert second.endswith("reports: 2 of 2 days")
    assert rest == ""


@pytest.mark.parametrize(("file", "is_quiet"), [(Screen(), True), (StringIO(), False)])
def test_where_nobody_looks_nothing_is_drawn(monkeypatch: pytest.MonkeyPatch, file: StringIO, is_quiet: bool) -> None:
    monkeypatch.setattr(sys, "stderr", file)

    with Progress("search", is_quiet=is_quiet) as progress:
        progress.of("tickets")(1, 1)
        progress("tickets", 1)

    assert file.getvalue() == ""
