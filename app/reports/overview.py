"""「レポート」: one page in the morning. Each number has a sentence and opens its tickets."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import median
from typing import Any
from urllib.parse import urlencode

from app.core.clock import now
from app.core.i18n import gettext, ngettext
from app.inbox.count_queries import count_tickets
from app.reports import sections
from app.reports.cell_links import CellLinks
from app.reports.escalating import ledger_address
from app.reports.escalating_queries import count_unfinished
from app.reports.grids import Section, hint_of, values_of
from app.reports.measures import Measure, measure_of
from app.reports.sections import View
from app.reports.values import Axis, Interval, Period, ReportName, Table, Unit
from app.reports.views import Asking, Figure
from app.reports.wording import weekday_name, written
from app.trends.rising import LOUD

WEEKS = 6
RISING = 5
LATE = "/tickets?overdue=true"
UNFINISHED = {"state": "unfinished"}
WEEK = timedelta(days=7)
AGES = ("under_1d", "1_3d", "3_7d", "over_7d")


@dataclass(frozen=True, slots=True)
class Overview:
    figures: tuple[Figure, ...]
    sections: tuple[Section, ...]
    at: datetime


async def read_overview(asking: Asking) -> Overview:
    """Of today, in the rights and with the conditions of the address."""
    zone = asking.question.period.zone
    moment = now()
    today = moment.astimezone(zone).date()
    day, week = Period(today, today, zone), Period(today - timedelta(days=6), today, zone)
    standing = await _read_standing(asking, day)
    figures = [
        *await _arrived(asking, day, moment),
        *_standing(standing),
        await _late(asking),
        await _escalated(asking),
    ]
    parts = [
        _by_agent(asking, standing, day),
        await _by_category(asking, week),
        await _rising(asking, week),
    ]
    return Overview(tuple(figures), tuple(each for each in parts if each is not None), moment)


async def _arrived(asking: Asking, day: Period, moment: datetime) -> list[Figure]:
    """Today until now, against what the same weekday usually had by this time."""
    question = replace(asking.ask(period=day), report=ReportName.VOLUME)
    totals = (await asking.table(question)).totals
    before = [(await asking.table(replace(question, period=each))).totals for each in _same_weekdays(day, moment)]
    links = asking.links(question)
    figures = []
    for name, title in (("received", gettext("Received today")), ("outbound", gettext("Sent today"))):
        amount, past = totals.get(name) or 0, [each.get(name) or 0 for each in before]
        usual = median(past) if any(past) else None
        sentence = _against(amount, usual, weekday_name(day.first.isoweekday()))
        sentence += f" {hint_of(Unit.MESSAGES)}" if amount and name == "outbound" else ""
        link = links.of_total(name) if amount else ""
        figures.append(Figure(title, written(amount, Unit.TICKETS), link=link, sentence=sentence))
    return figures


def _same_weekdays(day: Period, moment: datetime) -> list[Period]:
    """Each up to this minute of the day."""
    clock = moment.astimezone(day.zone).time().replace(second=0, microsecond=0)
    days = [day.first - WEEK * number for number in range(1, WEEKS + 1)]
    ends = [datetime.combine(each, clock, day.zone) - timedelta(microseconds=1) for each in days]
    return [Period(each, each, day.zone, until=until) for each, until in zip(days, ends, strict=True)]


def _against(amount: int, usual: float | None, weekday: str) -> str:
    if usual is None:
        return gettext("There is nothing to compare with yet.")
    words = written(usual, Unit.TICKETS)
    if amount > usual * 1.25 + 1:
        return gettext("More than usual: by now a {weekday} has {usual}.", weekday=weekday, usual=words)
    if amount < usual * 0.75 - 1:
        return gettext("Less than usual: by now a {weekday} has {usual}.", weekday=weekday, usual=words)
    return gettext("As usual: by now a {weekday} has {usual}.", weekday=weekday, usual=words)


async def _read_standing(asking: Asking, day: Period) -> tuple[Table, CellLinks]:
    """Everything that is not done now, by whose it is."""
    question = asking.ask(Axis.ASSIGNEE, period=day, report=ReportName.BACKLOG)
    return await asking.table(question), asking.links(question)


def _standing(standing: tuple[Table, CellLinks]) -> list[Figure]:
    table, links = standing
    values = table.totals
    count, old = _sum(values, ("new", "in_progress")), values.get("over_7d") or 0
    return [
        Figure(
            gettext("Not done"),
            written(count, Unit.TICKETS),
            link=links.of_total("open") if count else "",
            sentence=gettext(
                "{new} new, {in_progress} in progress.",
                new=values.get("new") or 0,
                in_progress=values.get("in_progress") or 0,
            ),
        ),
        Figure(
            gettext("Older than 7 days"),
            written(old, Unit.TICKETS),
            link=links.of_total("over_7d") if old else "",
            sentence=gettext("Nothing lies that long.") if not old else gettext("Look at these first."),
            is_urgent=bool(old),
        ),
    ]


async def _late(asking: Asking) -> Figure:
    """What should have been answered by now."""
    count = await count_tickets(asking.session, replace(asking.question.selection, due_before=now()))
    return Figure(
        gettext("Late"),
        written(count, Unit.TICKETS),
        link=CellLinks(asking.question, asking.choices, asking.page).back(f"{LATE}{_conditions(asking)}")
        if count
        else "",
        sentence=gettext("Their deadline has passed.") if count else gettext("Nothing is late."),
        is_urgent=bool(count),
    )


def _conditions(asking: Asking) -> str:
    return f"&{urlencode(asking.asked.filters)}" if asking.asked.filters else ""


def _sum(values: dict[str, Any], names: Sequence[str]) -> int:
    return sum(values.get(name) or 0 for name in names)


async def _escalated(asking: Asking) -> Figure:
    """Of whatever day they are: the oldest are the most urgent."""
    row = await count_unfinished(asking.session, asking.question.selection, at=now())
    count, late = row.steps, int(row.overdue)
    sentence = ngettext("{count} of them is overdue.", "{count} of them are overdue.", late)
    return Figure(
        gettext("Open escalations"),
        written(count, Unit.TICKETS),
        link=asking.links(asking.question).back(ledger_address(asking.question, UNFINISHED)) if count else "",
        sentence=sentence if count else gettext("Nothing is asked of others."),
        is_urgent=bool(late),
    )


def _by_agent(asking: Asking, standing: tuple[Table, CellLinks], day: Period) -> Section:
    """Who has too much."""
    table, links = standing
    measure = Measure("open", "", ("open", "new", "in_progress", *AGES))
    part = sections.ranking(table, None, Axis.ASSIGNEE, _view(asking, measure, day), links)
    return replace(part, key="agents", title=gettext("Who has how much, and how old it is"))


async def _by_category(asking: Asking, week: Period) -> Section:
    """The last seven days beside the seven before."""
    question = replace(asking.ask(Axis.CATEGORY, period=week), report=ReportName.VOLUME)
    past = Period(week.first - WEEK, week.last - WEEK, week.zone)
    tables = await asking.table(question), await asking.table(replace(question, period=past))
    view = _view(asking, measure_of(ReportName.VOLUME, "received"), week)
    part = sections.ranking(*tables, Axis.CATEGORY, view, asking.links(question), is_short=True)
    return replace(part, key="categories", title=gettext("Last 7 days by category, beside the 7 before"))


async def _rising(asking: Asking, week: Period) -> Section | None:
    question = replace(asking.ask(Axis.CATEGORY, period=week), report=ReportName.TRENDS)
    table = risen(await asking.table(question))
    return sections.plain(table, "rising", gettext("What rises"), asking.links(question), limit=RISING)


def risen(table: Table) -> Table:
    """What did not rise by more than chance is no news in the morning, nor is what has no category yet."""
    found = [values_of(table, row) for row in table.rows]
    sure = [number for number, values in enumerate(found) if values["score"] >= LOUD and values["category_id"]]
    rows, links = [table.rows[each] for each in sure], [table.links[each] for each in sure]
    return replace(table, rows=rows, links=links)


def _view(asking: Asking, measure: Measure, period: Period) -> View:
    return View(measure, "", Interval.DAY, period, None, now())
