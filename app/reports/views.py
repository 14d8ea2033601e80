"""A report's page, put together from its tables."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import now
from app.core.i18n import gettext, mark
from app.inbox.choices import Choices
from app.reports import sections
from app.reports.cell_links import CellLinks
from app.reports.grids import Section, change_words, hint_of, numbers_of
from app.reports.links import leads
from app.reports.measures import AXES, CLOCKS, FIRST_AXIS, Drawing, Measure, measure_of
from app.reports.page_asking import Asked
from app.reports.sections import View
from app.reports.service import read_table
from app.reports.splitting import split
from app.reports.values import Axis, Interval, Period, Question, ReportName, Table
from app.reports.wording import NOTHING, written

FIGURES = 6
HEAT_MAP = "heatmap"
ADDS_UP = ("received", "inbound", "outbound", "handled", "replies", "done", "one_reply_done", "reopened", "count")
"""Of these a stack of axes says something: its height is the whole."""

EXPLAINED = {
    ReportName.VOLUME: mark("How much came in and went out."),
    ReportName.SPEED: mark("How long customers waited, each act in the interval in which it happened."),
    ReportName.BACKLOG: mark("What was not done at the end of each interval, as it was then."),
    ReportName.WORK: mark("What was done, by who acted, in their team then."),
    ReportName.TRENDS: mark("What customers ask about more than in the weeks before."),
    ReportName.ESCALATIONS: mark("What was asked of others, and how it ended."),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A number to read first. `sentence` says what it means."""

    title: str
    amount: str
    change: str = ""
    link: str = ""
    sentence: str = ""
    is_urgent: bool = False


@dataclass(frozen=True, slots=True)
class ReportPage:
    report: ReportName
    measure: Measure
    axes: tuple[Axis, ...]
    axis: Axis | None
    figures: tuple[Figure, ...]
    sections: tuple[Section, ...]
    sentence: str
    is_empty: bool


@dataclass(frozen=True, slots=True)
class Asking:
    """One page's questions: the same tickets in the same rights, split in other ways."""

    session: AsyncSession
    question: Question
    asked: Asked
    choices: Choices

    page: str
    """Its address."""

    def ask(
        self,
        *by: Axis,
        interval: Interval | None = None,
        period: Period | None = None,
        report: ReportName | None = None,
    ) -> Question:
        asked = self.question
        return replace(asked, report=report or asked.report, period=period or asked.period, interval=interval, by=by)

    async def table(self, question: Question) -> Table:
        return await read_table(self.session, question, self.choices)

    async def past(self, question: Question) -> Table | None:
        other = self.asked.other
        return await self.table(replace(question, period=other)) if other else None

    def links(self, question: Question) -> CellLinks:
        return CellLinks(question, self.choices, self.page)


async def read_report(asking: Asking, marks: Sequence[tuple[str, date, date]]) -> ReportPage:
    asked, report = asking.asked, asking.question.report
    measure = measure_of(report, asked.measure)
    view = view_of(asked, measure, marks)
    if report is ReportName.TRENDS:
        return await _read_trends(asking, measure)
    whole = asking.ask(interval=asked.interval)
    table, past = await asking.table(whole), await asking.past(whole)
    axis = asked.by if asked.by in AXES[report] else FIRST_AXIS[report]
    parts = [sections.over_time(table, past, view, asking.links(whole))]
    if asked.by is axis and _adds_up(measure):
        question = asking.ask(axis, interval=asked.interval)
        parts.append(split(await asking.table(question), axis, view, asking.links(question)))
    ranked = asking.ask(axis)
    ranks, past_ranks = await asking.table(ranked), await asking.past(ranked)
    parts.append(sections.ranking(ranks, past_ranks, axis, view, asking.links(ranked)))
    return ReportPage(
        report=report,
        measure=measure,
        axes=AXES[report],
        axis=axis,
        figures=_figures(table, past, view, asking.links(whole)),
        sections=tuple(parts),
        sentence=gettext(EXPLAINED[report]),
        is_empty=not any(_amounts(table)),
    )


async def read_heat_map(asking: Asking) -> ReportPage:
    measure = measure_of(ReportName.VOLUME, asking.asked.measure)
    question = asking.ask(Axis.WEEKDAY_HOUR)
    table = await asking.table(question)
    return ReportPage(
        report=ReportName.VOLUME,
        measure=measure,
        axes=(),
        axis=None,
        figures=(),
        sections=(sections.by_weekday(table, view_of(asking.asked, measure), asking.links(question)),),
        sentence=gettext("When customers write: a row for each day of the week, a column for each hour."),
        is_empty=not any(_amounts(table)),
    )


async def _read_trends(asking: Asking, measure: Measure) -> ReportPage:
    axis = asking.asked.by if asking.asked.by in AXES[ReportName.TRENDS] else Axis.CATEGORY
    question = asking.ask(axis)
    table = await asking.table(question)
    part = sections.plain(table, "trends", gettext("What rises, the surest first"), asking.links(question))
    return ReportPage(
        report=ReportName.TRENDS,
        measure=measure,
        axes=AXES[ReportName.TRENDS],
        axis=axis,
        figures=(),
        sections=(part,),
        sentence=gettext(EXPLAINED[ReportName.TRENDS]),
        is_empty=not table.rows,
    )


def view_of(asked: Asked, measure: Measure, marks: Sequence[tuple[str, date, date]] = ()) -> View:
    return View(
        measure=measure,
        clock=CLOCKS.get(asked.clock, ""),
        interval=asked.interval,
        period=asked.period,
        other=asked.other,
        until=now(),
        marks=marks,
    )


def _adds_up(measure: Measure) -> bool:
    return measure.drawing is not Drawing.LINES and measure.columns[0] in ADDS_UP


def _amounts(table: Table) -> list[Any]:
    names = {column.name for column in numbers_of(table)} - {"weekday", "hour"}
    places = [place for place, column in enumerate(table.columns) if column.name in names]
    return [row[place] for row in table.rows for place in places]


def _figures(table: Table, past: Table | None, view: View, links: CellLinks) -> tuple[Figure, ...]:
    """The totals of the whole period, the chosen measure first."""
    chosen = view.columns(table)
    fellows = numbers_of(table, view.measure.fellows) if view.measure.fellows else numbers_of(table)
    columns = (*chosen, *(each for each in fellows if each not in chosen))
    figures = []
    for column in [each for each in columns if each.name in table.totals][:FIGURES]:
        amount = table.totals[column.name]
        change = change_words(amount, past.totals.get(column.name), column.unit) if past else ""
        link = links.of_total(column.name) if leads(column.name, amount) else ""
        change = "" if change == NOTHING else change
        hint = hint_of(column.unit) if link else ""
        figures.append(Figure(gettext(column.title), written(amount, column.unit), change, link, hint))
    return tuple(figures)
