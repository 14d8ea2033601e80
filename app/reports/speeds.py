"""Speed: how long customers waited for first and further replies, and tickets for their resolution (F2).

Seconds are whole. The median of an even number is the lower one, the p90 the smallest value that nine tenths do not
exceed (nearest rank, MODEL 26).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.i18n import mark
from app.inbox.choices import read_choices
from app.reports import queries
from app.reports.intervals import slots_of
from app.reports.links import row_address
from app.reports.queries import Acts
from app.reports.tables import Cells, axis_cells, axis_columns, key_count, lines_of, number_column
from app.reports.values import Axis, Column, Question, Table, Unit
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
    """Of one measure in one cell."""

    calendar: list[int] = field(default_factory=list)
    business: list[int] = field(default_factory=list)
    met: int = 0
    due: int = 0

    @classmethod
    def of(cls, calendar: str, business: str | None, due: int, met: int) -> Self:
        return cls(_seconds(calendar), _seconds(business) if business else [], met, due)

    def add(self, others: "Times") -> None:
        self.calendar += others.calendar
        self.business += others.business
        self.due += others.due
        self.met += others.met

    def numbers(self) -> dict[str, Any]:
        return {
            "count": len(self.calendar),
            **summary(self.calendar),
            **{f"business_{name}": value for name, value in summary(self.business).items()},
            "within": round(self.met / self.due, 4) if self.due else None,
        }


def summary(seconds: Iterable[int]) -> dict[str, int | None]:
    """Mean (half up), lower median and nearest-rank p90; nothing of nothing."""
    ordered = sorted(seconds)
    if not ordered:
        return {"mean": None, "median": None, "p90": None}
    count = len(ordered)
    mean = (2 * sum(ordered) + count) // (2 * count)
    return {"mean": mean, "median": ordered[(count - 1) // 2], "p90": ordered[-(-9 * count // 10) - 1]}


async def read(session: AsyncSession, question: Question) -> Table:
    slots = slots_of(question.period, question.interval) if question.interval else None
    choices = await read_choices(session)
    acts = Acts.of(question, tuple(MEASURE_OF), slots, is_by_actor=True)
    found = await queries.list_durations(session, acts)
    cells, whole = Cells(slots), Cells()
    keys = key_count(question.by)
    for row in found:
        measure, times = _times(row)
        _add(cells.cell_of(row, keys), measure, times)
        if Axis.LABEL not in question.by:
            _add(whole.at(0, ()), measure, times)
    for row in await _unlabelled(session, question) if Axis.LABEL in question.by else ():
        _add(whole.at(0, ()), *_times(row))
    lines = lines_of(question, cells, choices)
    return Table(
        columns=(*axis_columns(question), *COLUMNS),
        rows=[(*axis_cells(question, line, choices), *_numbers(line.measures)) for line in lines],
        totals=dict(zip((column.name for column in COLUMNS), _numbers(whole.at(0, ())), strict=True)),
        links=[row_address(question, line, choices) for line in lines],
    )


async def _unlabelled(session: AsyncSession, question: Question) -> Sequence[Any]:
    acts = Acts(question.selection, question.period, tuple(MEASURE_OF), is_by_actor=True)
    return await queries.list_durations(session, acts)


def _times(row: Any) -> tuple[str, Times]:
    *_, kind, calendar, business, due, met = row
    return MEASURE_OF[kind], Times.of(calendar, business, due, met)


def _seconds(joined: str) -> list[int]:
    return [int(each) for each in joined.split(",")]


def _add(cell: dict[str, Any] | None, measure: str, times: Times) -> None:
    if cell is not None:
        cell.setdefault(measure, Times()).add(times)


def _numbers(measures: Mapping[str, Any]) -> list[Any]:
    times: Mapping[str, Times] = defaultdict(Times, measures)
    found: list[Any] = []
    for measure in TITLES:
        numbers = times[measure].numbers()
        found += [numbers[part] for part in PARTS]
    return found
