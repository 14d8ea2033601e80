"""What customers suddenly ask about: categories, labels and terms against the weeks before, the surest first (F5).

This period is compared with as many days on the same weekdays before it, several times: so the rhythm of a week is no
rise, and since shares are compared and not counts, neither is growth of all (`app.trends.rising`).
"""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.errors import Invalid
from app.core.i18n import mark
from app.core.rows import AnyRow
from app.inbox.choices import read_choices
from app.inbox.list_queries import Selection
from app.inbox.values import Sort
from app.reports.links import address
from app.reports.tables import Line
from app.reports.trending_queries import Span, sum_tickets
from app.reports.values import Axis, Column, ColumnType, Period, Question, Table, Unit
from app.trends import counter_queries, counting, reading, term_queries
from app.trends.counter_queries import Stretch
from app.trends.models import TrendAxis
from app.trends.rising import MIN_COUNT, Rise, Series, score_all, without_parts

AXES: Mapping[Axis, TrendAxis] = {
    Axis.CATEGORY: TrendAxis.CATEGORY,
    Axis.LABEL: TrendAxis.LABEL,
    Axis.TERM: TrendAxis.TERM,
}
TITLES: Mapping[Axis, str] = {
    Axis.CATEGORY: mark("Category"),
    Axis.LABEL: mark("Label"),
    Axis.TERM: mark("Term"),
}
MEASURES = (
    Column("current", ColumnType.NUMBER, mark("This period"), Unit.TICKETS),
    Column("previous", ColumnType.NUMBER, mark("The one before"), Unit.TICKETS),
    Column("expected", ColumnType.NUMBER, mark("Expected"), Unit.TICKETS),
    Column("change", ColumnType.NUMBER, mark("More or less"), Unit.SHARE),
    Column("score", ColumnType.NUMBER, mark("Score")),
    Column("complaints", ColumnType.NUMBER, mark("Complaints"), Unit.TICKETS),
    Column("complaint_share", ColumnType.NUMBER, mark("Share of complaints"), Unit.SHARE),
)
MAX_TERMS = 100
WEEK = 7
COMPARED = ((7, 8), (35, 4), (98, 2))
"""Up to how many days how many periods before are compared; longer ones with one."""
MAX_DIRTY_DAYS = 40
"""Beyond, tickets are counted rather than counters summed."""


@dataclass(frozen=True, slots=True)
class Compared:
    """This period and those before it, the nearest first."""

    periods: tuple[Period, ...]

    @property
    def stretches(self) -> list[Stretch]:
        return [Stretch(each.first.toordinal(), each.last.toordinal()) for each in self.periods]

    @property
    def spans(self) -> list[Span]:
        return [Span(each.begins, each.ends) for each in self.periods]

    def has_day(self, day: int) -> bool:
        return any(each.first <= day <= each.last for each in self.stretches)


async def read(session: AsyncSession, question: Question) -> Table:
    """Raises Invalid for an interval or several axes."""
    axis = _axis_of(question)
    compared = compared_with(question.period)
    counts = await _count(session, question, AXES[axis], compared)
    totals = next(iter(await _count(session, question, TrendAxis.ALL, compared)), _empty(compared))
    choices = await read_choices(session)
    terms = await _terms(session, counts) if axis is Axis.TERM else {}
    keys = {key: row.key for key, row in terms.items()} if axis is Axis.TERM else None
    rises = _named_first(await asyncio.to_thread(_rank, counts, totals, keys))
    names = {key: row.label for key, row in terms.items()} if axis is Axis.TERM else choices.names[axis.value]
    return Table(
        columns=(
            Column(axis.value, ColumnType.TEXT, TITLES[axis]),
            Column(f"{axis.value}_id", ColumnType.ID, TITLES[axis]),
            *MEASURES,
        ),
        rows=[(names.get(each.series.key), each.series.key or None, *_numbers(each)) for each in rises],
        totals=_totals(totals),
        links=[
            address(question, Line(None, {axis: each.series.key or None}, {}), "received", choices) for each in rises
        ],
    )


def compared_with(period: Period) -> Compared:
    """Whole weeks earlier, so that each day is compared with days of its weekday."""
    weeks = -(-period.days // WEEK)
    times = next((count for days, count in COMPARED if weeks * WEEK <= days), 1)
    return Compared(tuple(_earlier(period, timedelta(weeks=weeks * number)) for number in range(times + 1)))


def _earlier(period: Period, by: timedelta) -> Period:
    since, until = (each and (each.astimezone(period.zone) - by) for each in (period.since, period.until))
    return replace(period, first=period.first - by, last=period.last - by, since=since, until=until)


def _axis_of(question: Question) -> Axis:
    if question.interval is not None:
        raise Invalid("interval", mark("Trends are over the whole period: choose no interval."))
    if len(question.by) > 1:
        raise Invalid("by", mark("Trends are of one thing at a time."))
    axis = question.by[0] if question.by else Axis.CATEGORY
    if axis not in AXES:
        raise Invalid("by", mark("This report cannot be split by that."))
    return axis


async def _count(session: AsyncSession, question: Question, axis: TrendAxis, compared: Compared) -> list[Series]:
    """Within the question's conditions; of terms those that enough tickets of this period have."""
    dirty = await _dirty_days(session, question, compared)
    if dirty is None:
        return _series(compared, await sum_tickets(session, axis, compared.spans, question.selection))
    at_least = MIN_COUNT if axis is TrendAxis.TERM and not dirty else 1
    kept = await counter_queries.sum_days(
        session,
        axis,
        compared.stretches,
        audience_ids=question.selection.audience_ids,
        without=dirty,
        at_least=at_least,
    )
    if not dirty:
        return _series(compared, kept)
    only = [Span(*counting.instants_of(day, question.period.zone)) for day in sorted(dirty)]
    return _series(compared, kept, await sum_tickets(session, axis, compared.spans, question.selection, only=only))


async def _dirty_days(session: AsyncSession, question: Question, compared: Compared) -> set[int] | None:
    """Of the days that are compared; None where counters do not answer the question."""
    period = question.period
    if period.since or period.until or not _is_plain(question.selection):
        return None
    state = await term_queries.find_state(session)
    arrivals = await counter_queries.list_dirty(session, reading.NAME)
    if state is None or state.zone != period.zone.key or arrivals is None:
        return None
    dirty = {day for day in (counting.day_of(at, period.zone) for at in arrivals) if compared.has_day(day)}
    return dirty if len(dirty) <= MAX_DIRTY_DAYS else None


def _is_plain(selection: Selection) -> bool:
    """Whether it asks for nothing but whose tickets."""
    return replace(selection, audience_ids=(), sort=Sort.LATEST) == Selection(())


def _series(compared: Compared, *parts: Iterable[AnyRow]) -> list[Series]:
    sums: dict[int, list[int]] = {}
    for row in (row for part in parts for row in part):
        counts = [int(each) for each in row[1:]]
        known = sums.get(row.key_id)
        sums[row.key_id] = counts if known is None else [a + b for a, b in zip(known, counts, strict=True)]
    return [Series(key, now, tuple(before), complaints) for key, (complaints, now, *before) in sums.items()]


def _empty(compared: Compared) -> Series:
    return Series(0, 0, (0,) * (len(compared.periods) - 1))


async def _terms(session: AsyncSession, counts: Sequence[Series]) -> Mapping[int, AnyRow]:
    return await term_queries.list_labels(session, [each.key for each in counts if each.now >= MIN_COUNT])


def _rank(counts: Sequence[Series], totals: Series, terms: Mapping[int, str] | None) -> list[Rise]:
    if terms is None:
        return [each for each in score_all(counts, totals) if each.series.now or any(each.series.before)]
    known = [each for each in counts if each.key in terms]
    return without_parts(score_all(known, totals)[: 2 * MAX_TERMS], terms)[:MAX_TERMS]


def _named_first(rises: Sequence[Rise]) -> list[Rise]:
    """What has no category or label yet is no matter that rises; it is counted below those that are."""
    return sorted(rises, key=lambda each: not each.series.key)


def _numbers(rise: Rise) -> Iterator[int | float | None]:
    series = rise.series
    yield from (series.now, series.before[0], round(rise.expected, 1), _change(series), rise.score)
    yield from (series.complaints, _share(series))


def _change(series: Series) -> float | None:
    """Against the period before; nothing where there was none."""
    return round(series.now / series.before[0] - 1, 4) if series.before[0] else None


def _share(series: Series) -> float | None:
    return round(series.complaints / series.now, 4) if series.now else None


def _totals(totals: Series) -> dict[str, Any]:
    return {
        "current": totals.now,
        "previous": totals.before[0],
        "change": _change(totals),
        "complaints": totals.complaints,
        "complaint_share": _share(totals),
    }
