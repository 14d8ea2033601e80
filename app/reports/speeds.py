"""Speed: how long customers waited for first and further replies, and tickets for their resolution (F2).

Seconds are whole. The median of an even number is the lower one, the p90 the smallest value that nine tenths do not
exceed (nearest rank, MODEL 26).
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.i18n import mark
from app.inbox.choices import Choices
from app.reports import queries
from app.reports.intervals import Slots, slots_of
from app.reports.links import row_address
from app.reports.queries import Acts
from app.reports.tables import Cells, axis_cells, axis_columns, key_count, lines_of, number_column
from app.reports.tallying import OF_ACTOR, Plan, parts_of, plan_of, read_facts
from app.reports.values import Column, Question, Table, Unit
from app.tallies.frames import Frame, Numbers
from app.tallies.properties import MET, NOTHING, UNTIMED
from app.tickets.history_models import FactKind

MEASURE_OF = {
    FactKind.FIRST_REPLY: "first_reply",
    FactKind.REPLY: "next_reply",
    FactKind.RESOLUTION: "resolution",
}
TITLES: Mapping[str, tuple[str, ...]] = {
    "first_reply": (
        mark("First replies"),
        mark("First reply, mean"),
        mark("First reply, median"),
        mark("First reply, p90"),
        mark("First reply in business time, mean"),
        mark("First reply in business time, median"),
        mark("First reply in business time, p90"),
        mark("First replies within the deadline"),
    ),
    "next_reply": (
        mark("Further replies"),
        mark("Further reply, mean"),
        mark("Further reply, median"),
        mark("Further reply, p90"),
        mark("Further reply in business time, mean"),
        mark("Further reply in business time, median"),
        mark("Further reply in business time, p90"),
        mark("Further replies within the deadline"),
    ),
    "resolution": (
        mark("Resolutions"),
        mark("Resolution, mean"),
        mark("Resolution, median"),
        mark("Resolution, p90"),
        mark("Resolution in business time, mean"),
        mark("Resolution in business time, median"),
        mark("Resolution in business time, p90"),
        mark("Resolutions within the deadline"),
    ),
}
PARTS = ("count", "mean", "median", "p90", "business_mean", "business_median", "business_p90", "within")
UNITS = {"count": Unit.MESSAGES, "within": Unit.SHARE}
COLUMNS: tuple[Column, ...] = tuple(
    number_column(f"{measure}_{part}", title, UNITS.get(part, Unit.SECONDS))
    for measure, titles in TITLES.items()
    for part, title in zip(PARTS, titles, strict=True)
)


@dataclass(slots=True)
class Times:
    """Of one measure in one cell; in parts, in no order."""

    calendar: list[Numbers] = field(default_factory=list)
    business: list[Numbers] = field(default_factory=list)
    met: int = 0
    due: int = 0

    @classmethod
    def of(cls, calendar: str, business: str | None, due: int, met: int) -> Self:
        return cls([_seconds(calendar)], [_seconds(business)] if business else [], met, due)

    def add(self, others: "Times") -> None:
        self.calendar += others.calendar
        self.business += others.business
        self.due += others.due
        self.met += others.met

    def numbers(self) -> dict[str, Any]:
        return {
            "count": sum(len(each) for each in self.calendar),
            **_summary(self.calendar),
            **{f"business_{name}": value for name, value in _summary(self.business).items()},
            "within": round(self.met / self.due, 4) if self.due else None,
        }


def _summary(parts: Sequence[Numbers]) -> dict[str, int | None]:
    return summary(np.concatenate(parts) if parts else np.zeros(0, np.int64))


def summary(seconds: Sequence[int] | Numbers) -> dict[str, int | None]:
    """Mean (half up), lower median and nearest-rank p90; nothing of nothing."""
    count = len(seconds)
    if not count:
        return {"mean": None, "median": None, "p90": None}
    times = np.array(seconds)
    mean = (2 * int(times.sum(dtype=np.int64)) + count) // (2 * count)
    middle, high = (count - 1) // 2, -(-9 * count // 10) - 1
    times.partition(middle)
    times[middle:].partition(high - middle)  # one after the other takes a twentieth of both at once
    return {"mean": mean, "median": int(times[middle]), "p90": int(times[high])}


async def read(session: AsyncSession, question: Question, choices: Choices) -> Table:
    slots = slots_of(question.period, question.interval) if question.interval else None
    cells, whole = await _measure(session, question, slots)
    lines = lines_of(question, cells, choices)
    *numbers, of_all = await asyncio.to_thread(_all_numbers, [*(line.measures for line in lines), whole.at(0, ())])
    return Table(
        columns=(*axis_columns(question), *COLUMNS),
        rows=[(*axis_cells(question, line, choices), *each) for line, each in zip(lines, numbers, strict=True)],
        totals=dict(zip((column.name for column in COLUMNS), of_all, strict=True)),
        links=[row_address(question, line, choices) for line in lines],
    )


async def _measure(session: AsyncSession, question: Question, slots: Slots | None) -> tuple[Cells, Cells]:
    """By intervals and axes, and over everything: a ticket with two labels is in two cells, and is one."""
    plan = await plan_of(session, question, slots, names=OF_ACTOR, further=("calendar", "business", "met"))
    found = await read_facts(session, plan, tuple(MEASURE_OF), _gather_both) if plan else None
    if found:
        return found
    whole = replace(question, by=(), interval=None)
    return await _list(session, question, slots), await _list(session, whole, None)


def _gather_both(plan: Plan, frames: Mapping[FactKind, Frame]) -> tuple[Cells, Cells]:
    timed = {kind: frame.take(frame.columns["calendar"] != UNTIMED) for kind, frame in frames.items()}
    whole = _gather(plan.whole(), timed)
    if not plan.slots and not plan.question.by:
        return whole, whole
    return _gather(plan, {kind: plan.spread(frame) for kind, frame in timed.items()}), whole


def _gather(plan: Plan, frames: Mapping[FactKind, Frame]) -> Cells:
    cells = Cells(plan.slots)
    for kind, frame in frames.items():
        for place, key, part in parts_of(plan, frame):
            business, met = part["business"], part["met"]
            met_count, due_count = int((met == MET).sum()), int((met != NOTHING).sum())
            times = Times([part["calendar"]], [business.compress(business != UNTIMED)], met_count, due_count)
            cells.at(place, key)[MEASURE_OF[kind]] = times
    return cells


async def _list(session: AsyncSession, question: Question, slots: Slots | None) -> Cells:
    cells, keys = Cells(slots), key_count(question.by)
    acts = Acts.of(question, tuple(MEASURE_OF), slots, is_by_actor=True)
    for row in await queries.list_durations(session, acts):
        *_, kind, calendar, business, due, met = row
        cell = cells.cell_of(row, keys)
        if cell is not None:
            cell.setdefault(MEASURE_OF[kind], Times()).add(Times.of(calendar, business, due, met))
    return cells


def _seconds(joined: str) -> Numbers:
    return np.array(joined.split(","), np.int64)


def _all_numbers(cells: Sequence[Mapping[str, Any]]) -> list[list[Any]]:
    """Of the same cell once."""
    found: dict[int, list[Any]] = {}
    for cell in cells:
        if id(cell) not in found:
            found[id(cell)] = _numbers(cell)
    return [found[id(cell)] for cell in cells]


def _numbers(measures: Mapping[str, Any]) -> list[Any]:
    times: Mapping[str, Times] = defaultdict(Times, measures)
    found: list[Any] = []
    for measure in TITLES:
        numbers = times[measure].numbers()
        found += [numbers[part] for part in PARTS]
    return found
