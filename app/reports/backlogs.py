"""Backlog: what was not done at the end of each interval, as it was then, and how old it was (F3, MODEL 24).

A ticket stands at an instant where one of its spans is over it. Many instants in a row are counted by one sweep: it is
known between which of them each span stands, and these are added up.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import accumulate
from typing import Any

import numpy as np
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import now
from app.core.i18n import mark
from app.core.local_time import DAY
from app.inbox.choices import Choices
from app.reports import backlog_queries
from app.reports.backlog_queries import AGES, Standing
from app.reports.intervals import Slots, slots_of
from app.reports.links import row_address
from app.reports.tables import Cells, Key, axis_cells, axis_columns, key_count, lines_of, number_column
from app.reports.tallying import THEN, Plan, plan_of, read_spans
from app.reports.values import Question, Table, Unit
from app.tallies.frames import AT_ONCE, Frame, Numbers
from app.tallies.models import Tally
from app.tallies.properties import NOTHING, PHASES

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

SPAN_NAMES = ("from", "to", "created", "then_phase")

Deltas = dict[tuple[Key, str], dict[int, int]]


async def read(session: AsyncSession, question: Question, choices: Choices) -> Table:
    slots = _past(slots_of(question.period, question.interval)) if question.interval else None
    cells, whole = await _count(session, question, slots)
    lines = lines_of(question, cells, choices)
    return Table(
        columns=(*axis_columns(question), *COLUMNS),
        rows=[(*axis_cells(question, line, choices), *_numbers(line.measures)) for line in lines],
        totals=dict(zip(MEASURES, _numbers(whole.at(0, ())), strict=True)),
        links=[row_address(question, line, choices) for line in lines],
    )


async def _count(session: AsyncSession, question: Question, slots: Slots | None) -> tuple[Cells, Cells]:
    """By intervals and axes, and over everything at the end. By columns where they know what is asked for, and every
    instant is a second that they know."""
    ends = [*(slot.ends for slot in slots.slots), question.period.ends] if slots else [question.period.ends]
    seconds = [second for end in ends if (second := _second(end)) is not None]
    plan = await plan_of(session, question, None, names=THEN, further=SPAN_NAMES, tally=Tally.SPANS)
    if plan and len(seconds) == len(ends):
        found = await read_spans(session, plan, partial(_add_up, slots=slots, instants=np.array(seconds)))
        if found is not None:
            return found
    cells, whole = Cells(slots), Cells()
    if slots is None:
        await _look(session, question, question.period.ends, cells, 0)
    else:
        await _look_at_each(session, question, slots, cells)
    await _look(session, replace(question, by=(), interval=None), question.period.ends, whole, 0)
    return cells, whole


def _second(at: datetime) -> int | None:
    """None where it is none. What is to come is now, of which nothing is later than its next second."""
    if at > now():
        return math.ceil(now().timestamp())
    return int(at.timestamp()) if not at.microsecond else None


def _add_up(plan: Plan, frame: Frame, *, slots: Slots | None, instants: Numbers) -> tuple[Cells, Cells]:
    """Of the last instant over everything; where it is the only one, by axes too."""
    cells, whole, last = Cells(slots), Cells(), len(instants) - 1
    frame = _placed(frame, instants)
    for place, key, measure, total in _sums(plan, plan.spread(frame), len(instants)):
        if place < last or not last:
            cells.at(place, key)[measure] = total
    at_last = frame.take(frame.columns["end"] > last)
    for place, _, measure, total in _sums(plan.whole(), at_last, len(instants)):
        if place == last:
            whole.at(0, ())[measure] = total
    return cells, whole


def _placed(frame: Frame, instants: Numbers) -> Frame:
    """What stands at any instant, from the first one that is not before it up to the one that its end is not after, and
    from which one on it is of what age."""
    begins, ends = frame.columns["from"], frame.columns["to"]
    begin = np.searchsorted(instants, begins)
    end = np.where(ends == NOTHING, len(instants), np.searchsorted(instants, ends))
    frame = frame.without("from", "to").having({"begin": begin, "end": end}).take(begin < end)
    begin, end, created = (frame.columns[name] for name in ("begin", "end", "created"))
    ages = {
        age: np.clip(np.searchsorted(instants, created.astype(np.int64) + days * DAY), begin, end) if days else begin
        for age, days in AGES.items()
    }
    return frame.without("created").having(ages)


def _sums(plan: Plan, frame: Frame, count: int) -> Iterator[tuple[int, Key, str, int]]:
    """Place of the instant, keys, measure, and how many stand."""
    groups, width = plan.groups(frame), count + 1
    standings = list(_standings_of(frame))
    for first, size, chosen in groups.blocks(AT_ONCE // width):
        numbers = (groups.number[chosen] - first) * width
        for measure, *ends in standings:
            begun, ended = (np.bincount(numbers + each[chosen], minlength=size * width) for each in ends)
            totals = np.cumsum((begun - ended).reshape(size, width), axis=1)
            for number, place in np.argwhere(totals).tolist():
                yield place, plan.cell_of(groups.key_of(first + number))[1], measure, int(totals[number, place])


def _standings_of(frame: Frame) -> Iterator[tuple[str, Numbers, Numbers]]:
    """Of each measure, from where to where an entry counts in it."""
    begin, end = frame.columns["begin"], frame.columns["end"]
    yield "open", begin, end
    for number, phase in enumerate(PHASES, start=1):
        yield phase.value, np.where(frame.columns["then_phase"] == number, begin, end), end
    borders = [*(frame.columns[age] for age in AGES), end]
    yield from zip(AGES, borders[:-1], borders[1:], strict=True)


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
