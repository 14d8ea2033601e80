"""Backlog: what was not done at the end of each interval, as it was then, and how old it was (F3, MODEL 24).

A ticket stands at an instant where one of its spans is over it. Many instants in a row are counted by one sweep: the
database numbers the boundaries between which each span stands, and here they are added up.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import accumulate
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import now
from app.core.i18n import mark
from app.inbox.choices import read_choices
from app.reports import backlog_queries
from app.reports.backlog_queries import AGES, Standing
from app.reports.intervals import Slots, slots_of
from app.reports.links import row_address
from app.reports.tables import Cells, Key, axis_cells, axis_columns, key_count, lines_of, number_column
from app.reports.values import Question, Table, Unit

MEASURES = ("open", "new", "in_progress", *AGES)
COLUMNS = (
    number_column("open", mark("Not done"), Unit.TICKETS),
    number_column("new", mark("New"), Unit.TICKETS),
    number_column("in_progress", mark("In progress"), Unit.TICKETS),
    number_column("under_1d", mark("Under a day old"), Unit.TICKETS),
    number_column("1_3d", mark("One to three days old"), Unit.TICKETS),
    number_column("3_7d", mark("Three to seven days old"), Unit.TICKETS),
    number_column("over_7d", mark("Seven days old and more"), Unit.TICKETS),
)
FEW = 2
"""So many instants are looked at one by one."""

Deltas = dict[tuple[Key, str], dict[int, int]]


async def read(session: AsyncSession, question: Question) -> Table:
    slots = _past(slots_of(question.period, question.interval)) if question.interval else None
    choices = await read_choices(session)
    cells = Cells(slots)
    if slots is None:
        await _look(session, question, question.period.ends, cells, 0)
    else:
        await _look_at_each(session, question, slots, cells)
    whole = Cells()
    await _look(session, Question(question.report, question.period, question.selection), question.period.ends, whole, 0)
    lines = lines_of(question, cells, choices)
    return Table(
        columns=(*axis_columns(question), *COLUMNS),
        rows=[(*axis_cells(question, line, choices), *_numbers(line.measures)) for line in lines],
        totals=dict(zip(MEASURES, _numbers(whole.at(0, ())), strict=True)),
        links=[row_address(question, line, choices) for line in lines],
    )


def _past(slots: Slots) -> Slots:
    """What has not begun yet has no backlog."""
    begun = [slot for slot in slots.slots if slot.begins <= now()]
    return Slots(begun, slots.place_of, slots.interval, slots.clock, slots.month_starts)


async def _look_at_each(session: AsyncSession, question: Question, slots: Slots, cells: Cells) -> None:
    ends = [min(slot.ends, now()) for slot in slots.slots]
    boundaries = {place: number for place, end in enumerate(ends) if (number := slots.boundary(end)) is not None}
    if len(boundaries) <= FEW:
        boundaries = {}
    for place, end in enumerate(ends):
        if place not in boundaries:
            await _look(session, question, end, cells, place)
    if boundaries:
        instants = [ends[place] for place in boundaries]
        rows = await backlog_queries.list_stretches(session, Standing.of(question), slots, instants)
        _sweep(rows, boundaries, question, cells)


async def _look(session: AsyncSession, question: Question, at: datetime, cells: Cells, place: int) -> None:
    keys = key_count(question.by)
    for row in await backlog_queries.count_standing(session, Standing.of(question), min(at, now())):
        cell = cells.at(place, tuple(row[:keys]))
        for measure in ("open", row.phase.value, tuple(AGES)[row.band]):
            cell[measure] = cell.get(measure, 0) + row.total


def _sweep(rows: Iterable[Any], boundaries: Mapping[int, int], question: Question, cells: Cells) -> None:
    for (key, measure), changes in _deltas(rows, key_count(question.by)).items():
        for place, value in _at(changes, boundaries):
            if value:
                cells.at(place, key)[measure] = value


def _deltas(rows: Iterable[Any], keys: int) -> Deltas:
    """By how much each number changes at which boundary."""
    deltas: Deltas = defaultdict(lambda: defaultdict(int))
    for row in rows:
        for measure, begins, ends in _standings(row):
            if begins < ends:
                changes = deltas[tuple(row[:keys]), measure]
                changes[begins] += row.total
                changes[ends] -= row.total
    return deltas


def _standings(row: Any) -> Iterator[tuple[str, int, int]]:
    """From which boundary on, and up to which one no longer, it counts in which measure."""
    yield "open", row.begins, row.ends
    yield row.phase.value, row.begins, row.ends
    ages = (row.begins, row.after_1d, row.after_3d, row.after_7d, row.ends)
    for measure, young, old in zip(AGES, ages[:-1], ages[1:], strict=True):
        yield measure, max(row.begins, young), min(row.ends, old)


def _at(changes: Mapping[int, int], boundaries: Mapping[int, int]) -> Iterator[tuple[int, int]]:
    """The sum of all changes up to each boundary."""
    numbers = sorted(changes)
    sums = list(accumulate(changes[number] for number in numbers))
    passed = 0
    for place, boundary in boundaries.items():
        while passed < len(numbers) and numbers[passed] <= boundary:
            passed += 1
        yield place, sums[passed - 1] if passed else 0


def _numbers(measures: Mapping[str, Any]) -> Sequence[int]:
    return [measures.get(name, 0) for name in MEASURES]
