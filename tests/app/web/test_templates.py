from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from jinja2 import DictLoader

from app.core.clock import at
from app.web import templates

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
LINE = "<li>{{ line.name }} {{ line.updated_at|relative_time }}</li>"


@dataclass(frozen=True)
class Line:
    name: str
    updated_at: datetime


@pytest.fixture(autouse=True)
def _template(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(templates.environment(), "loader", DictLoader({"line.html": LINE}))
    templates._drawn.cache_clear()
    yield
    templates._drawn.cache_clear()


def _draw(line: Line, moment: datetime) -> str:
    with at(moment):
        return templates.fragments("line.html", "line", [line])


def test_lines_stand_in_a_row_and_are_escaped() -> None:
    old = NOON - timedelta(days=9)

    with at(NOON):
        drawn = templates.fragments("line.html", "line", [Line("a", old), Line("<b>", old)])

    assert drawn == "<li>a 11/11 21:00</li><li>&lt;b&gt; 11/11 21:00</li>"


def test_what_is_young_is_drawn_with_each_minute() -> None:
    line = Line("a", NOON - timedelta(minutes=1))

    assert _draw(line, NOON) != _draw(line, NOON + timedelta(minutes=1))


def test_what_is_old_is_drawn_once_a_day() -> None:
    line = Line("a", NOON - timedelta(days=2))

    drawn = {_draw(line, NOON + timedelta(minutes=minutes)) for minutes in range(60)}

    assert len(drawn) == 1
    assert templates._drawn.cache_info().misses == 1


def test_what_becomes_a_day_old_shows_its_date() -> None:
    line = Line("a", NOON - timedelta(days=1) + timedelta(seconds=30))

    assert _draw(line, NOON) != _draw(line, NOON + timedelta(minutes=1))


def test_a_new_year_of_the_desk_is_written() -> None:
    line = Line("a", datetime(2025, 12, 20, 3, 0, tzinfo=UTC))
    midnight = datetime(2025, 12, 31, 15, 0, tzinfo=UTC)

    before, after = _draw(line, midnight - timedelta(minutes=1)), _draw(line, midnight)

    assert (before, after) == ("<li>a 12/20 12:00</li>", "<li>a 2025/12/20</li>")
