"""From counted cells to a table: columns of intervals and axes with the names behind their ids, rows in order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.core.i18n import mark
from app.inbox.choices import Choices
from app.reports.intervals import Slot, Slots
from app.reports.values import Axis, Column, ColumnType, Interval, Question, Unit

Key = tuple[Any, ...]

NAMES: Mapping[Axis, str] = {
    Axis.CHANNEL: "channel",
    Axis.CATEGORY: "category",
    Axis.ASSIGNEE: "agent",
    Axis.TEAM: "team",
    Axis.LABEL: "label",
    Axis.STATUS: "status",
}
"""Axes whose keys are ids, with what `choices` knows their names by."""

TITLES: Mapping[Axis, str] = {
    Axis.CHANNEL: mark("Came in by"),
    Axis.CATEGORY: mark("Category"),
    Axis.ASSIGNEE: mark("Agent"),
    Axis.TEAM: mark("Team"),
    Axis.LABEL: mark("Label"),
    Axis.COMPANY: mark("Company"),
    Axis.STATUS: mark("Status"),
    Axis.PRIORITY: mark("Priority"),
}
INTERVAL_TITLES: Mapping[Interval, str] = {
    Interval.HOUR: mark("Hour"),
    Interval.DAY: mark("Day"),
    Interval.WEEK: mark("Week from"),
    Interval.MONTH: mark("Month from"),
}
WEEKDAYS, HOURS = range(1, 8), range(24)


@dataclass(slots=True)
class Cells:
    """Measures by place of the slot (0 where there are none) and by the keys of the axes."""

    slots: Slots | None = None
    found: dict[tuple[int, Key], dict[str, Any]] = field(default_factory=dict)

    def at(self, place: int, key: Key) -> dict[str, Any]:
        return self.found.setdefault((place, key), {})

    def count(self, place: int, key: Key, measure: str, value: int) -> None:
        cell = self.at(place, key)
        cell[measure] = cell.get(measure, 0) + value

    def add(self, row: Sequence[Any], key_count: int, measure: str, value: int) -> None:
        """A row that begins with the number of its slot, where there are slots, and its keys."""
        cell = self.cell_of(row, key_count)
        if cell is not None:
            cell[measure] = cell.get(measure, 0) + value

    def cell_of(self, row: Sequence[Any], key_count: int) -> dict[str, Any] | None:
        start = 1 if self.slots else 0
        place = self.slots.place_of.get(row[0]) if self.slots else 0
        return None if place is None else self.at(place, tuple(row[start : start + key_count]))


@dataclass(frozen=True, slots=True)
class Line:
    """One row to be: its slot, its keys by axis, its measures."""

    slot: Slot | None
    keys: Mapping[Axis, Any]
    measures: Mapping[str, Any]


def key_count(axes: Iterable[Axis]) -> int:
    return sum(2 if axis is Axis.WEEKDAY_HOUR else 1 for axis in axes)


def axis_columns(question: Question) -> list[Column]:
    columns: list[Column] = []
    if question.interval is not None:
        kind = ColumnType.INSTANT if question.interval is Interval.HOUR else ColumnType.DATE
        columns.append(Column(question.interval.value, kind, INTERVAL_TITLES[question.interval]))
    for axis in question.by:
        if axis is Axis.WEEKDAY_HOUR:
            columns += [
                Column("weekday", ColumnType.NUMBER, mark("Weekday")),
                Column("hour", ColumnType.NUMBER, mark("Hour")),
            ]
            continue
        columns.append(Column(axis.value, ColumnType.TEXT, TITLES[axis]))
        if axis in NAMES:
            columns.append(Column(f"{axis.value}_id", ColumnType.ID, TITLES[axis]))
    return columns


def axis_cells(question: Question, line: Line, choices: Choices) -> list[Any]:
    cells: list[Any] = [line.slot.label] if line.slot is not None else []
    for axis in question.by:
        key = line.keys[axis]
        if axis is Axis.WEEKDAY_HOUR:
            cells += key
        elif axis in NAMES:
            cells += [choices.names[NAMES[axis]].get(key) if key is not None else None, key]
        else:
            cells.append(key or None)
    return cells


def lines_of(question: Question, cells: Cells, choices: Choices) -> list[Line]:
    """In the order of time, then of the names. Without axes every interval has its line, and the heat map each hour."""
    for place, key in _needed(question, cells):
        cells.at(place, key)
    order = _order(question, choices)
    found = []
    for place, key in sorted(cells.found, key=lambda each: (each[0], order(each[1]))):
        slot = cells.slots.slots[place] if cells.slots else None
        found.append(Line(slot, _by_axis(question.by, key), cells.found[place, key]))
    return found


def _needed(question: Question, cells: Cells) -> list[tuple[int, Key]]:
    places = range(len(cells.slots.slots)) if cells.slots else range(1)
    if not question.by:
        return [(place, ()) for place in places]
    if question.by == (Axis.WEEKDAY_HOUR,):
        return [(0, (weekday, hour)) for weekday in WEEKDAYS for hour in HOURS]
    return []


def _by_axis(axes: Sequence[Axis], key: Key) -> dict[Axis, Any]:
    found: dict[Axis, Any] = {}
    rest = list(key)
    for axis in axes:
        found[axis] = (rest.pop(0), rest.pop(0)) if axis is Axis.WEEKDAY_HOUR else rest.pop(0)
    return found


def _order(question: Question, choices: Choices) -> Any:
    ranks = {
        axis: {row_id: rank for rank, row_id in enumerate(choices.names.get(NAMES[axis], {}))}
        for axis in question.by
        if axis in NAMES
    }

    def rank(key: Key) -> tuple[Any, ...]:
        return tuple(_rank(axis, value, ranks) for axis, value in _by_axis(question.by, key).items())

    return rank


def _rank(axis: Axis, value: Any, ranks: Mapping[Axis, Mapping[int, int]]) -> tuple[Any, ...]:
    """What is missing comes last."""
    if axis in NAMES:
        return (value is None, ranks[axis].get(value, 0), value or 0)
    return (not value, value or "")


def number_column(name: str, title: str, unit: Unit) -> Column:
    return Column(name, ColumnType.NUMBER, title, unit)
