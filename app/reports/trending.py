"""What customers suddenly ask about: categories, labels and terms against the weeks before, the surest first (F5).

This period is compared with as many days on the same weekdays before it, several times: so the rhythm of a week is no
rise, and since shares are compared and not counts, neither is growth of all (`app.trends.rising`).
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.errors import Invalid
from app.core.i18n import mark
from app.core.rows import AnyRow
from app.inbox.choices import Choices
from app.reports.arrivals import RANKED, count_arrivals
from app.reports.links import address
from app.reports.tables import Line
from app.reports.values import Axis, Column, ColumnType, Period, Question, Table, Unit
from app.trends import term_queries
from app.trends.rising import Rise, Series, score_all, without_parts

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
"""Of those that are ranked; some are a part of another."""
WEEK = 7
COMPARED = ((7, 8), (35, 4), (98, 2))
"""Up to how many days how many periods before are compared; longer ones with one."""


async def read(session: AsyncSession, question: Question, choices: Choices) -> Table:
    """Raises Invalid for an interval or several axes."""
    axis = _axis_of(question)
    counts = await count_arrivals(session, question, axis, compared_with(question.period))
    rises = await asyncio.to_thread(score_all, counts.series, counts.totals, looked_at=counts.looked_at)
    names: Mapping[int, str] = choices.names[axis.value] if axis is not Axis.TERM else {}
    if axis is Axis.TERM:
        terms = await term_queries.list_labels(session, [each.series.key for each in rises[:RANKED]])
        rises, names = _told(rises, terms), {key: row.label for key, row in terms.items()}
    else:
        rises = _named_first(rises)
    return Table(
        columns=(
            Column(axis.value, ColumnType.TEXT, TITLES[axis]),
            Column(f"{axis.value}_id", ColumnType.ID, TITLES[axis]),
            *MEASURES,
        ),
        rows=[(names.get(each.series.key), each.series.key or None, *_numbers(each)) for each in rises],
        totals=_totals(counts.totals),
        links=[
            address(question, Line(None, {axis: each.series.key or None}, {}), "received", choices) for each in rises
        ],
    )


def compared_with(period: Period) -> Sequence[Period]:
    """This period and those before it, the nearest first: whole weeks earlier, so that each day is compared with days
    of its weekday."""
    weeks = -(-period.days // WEEK)
    times = next((count for days, count in COMPARED if weeks * WEEK <= days), 1)
    return [_earlier(period, timedelta(weeks=weeks * number)) for number in range(times + 1)]


def _earlier(period: Period, by: timedelta) -> Period:
    since, until = (each and (each.astimezone(period.zone) - by) for each in (period.since, period.until))
    return replace(period, first=period.first - by, last=period.last - by, since=since, until=until)


def _axis_of(question: Question) -> Axis:
    if question.interval is not None:
        raise Invalid("interval", mark("Trends are over the whole period: choose no interval."))
    if len(question.by) > 1:
        raise Invalid("by", mark("Trends are of one thing at a time."))
    axis = question.by[0] if question.by else Axis.CATEGORY
    if axis not in TITLES:
        raise Invalid("by", mark("This report cannot be split by that."))
    return axis


def _told(rises: Sequence[Rise], terms: Mapping[int, AnyRow]) -> list[Rise]:
    """The first of those that are known, without those that are a part of another."""
    keys = {key: row.key for key, row in terms.items()}
    return without_parts([each for each in rises if each.series.key in keys], keys)[:MAX_TERMS]


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
