"""One's own numbers: what I did today and this week, what is mine and how old it is."""

from dataclasses import dataclass, replace
from datetime import timedelta

from app.core.clock import now
from app.core.i18n import gettext
from app.inbox.count_queries import count_tickets
from app.inbox.forms import TicketFilterForm
from app.inbox.selecting import of_filters
from app.reports.asking import narrowed
from app.reports.cell_links import CellLinks
from app.reports.grids import hint_of, values_of
from app.reports.page_deps import Reader
from app.reports.service import read_table
from app.reports.values import Interval, Period, Question, ReportName, Table, Unit
from app.reports.views import Figure
from app.reports.wording import written


@dataclass(frozen=True, slots=True)
class Mine:
    today: tuple[Figure, ...]
    week: tuple[Figure, ...]
    standing: tuple[Figure, ...]


async def read_mine(reader: Reader) -> Mine:
    zone = reader.settings.zone
    today = now().astimezone(zone).date()
    day = Period(today, today, zone)
    week = Period(today - timedelta(days=today.weekday()), today, zone)
    return Mine(
        today=await _work(reader, day),
        week=await _work(reader, week),
        standing=(*await _standing(reader, day), await _late(reader)),
    )


async def _work(reader: Reader, period: Period) -> tuple[Figure, ...]:
    question = await _question(reader, ReportName.WORK, period, "actor")
    return _figures(reader, question, await read_table(reader.session, question, reader.choices), {})


async def _standing(reader: Reader, day: Period) -> tuple[Figure, ...]:
    question = await _question(reader, ReportName.BACKLOG, day, "then_assignee")
    question = replace(question, interval=Interval.DAY)
    table = await read_table(reader.session, question, reader.choices)
    values = values_of(table, table.rows[-1]) if table.rows else {}
    return _figures(reader, question, table, values)


def _figures(reader: Reader, question: Question, table: Table, values: dict[str, object]) -> tuple[Figure, ...]:
    links = CellLinks(question, reader.choices, reader.page)
    figures = []
    for column in table.columns:
        amount = values.get(column.name) if values else table.totals.get(column.name)
        if column.unit is Unit.TICKETS or column.unit is Unit.MESSAGES:
            link = (links.of(values, column.name) if values else links.of_total(column.name)) if amount else ""
            hint = hint_of(column.unit) if link else ""
            figures.append(Figure(gettext(column.title), written(amount or 0, column.unit), link=link, sentence=hint))
    return tuple(figures)


async def _late(reader: Reader) -> Figure:
    form = TicketFilterForm.model_validate({"overdue": "true", "assignee": "me"})
    selection = await of_filters(reader.session, form, sight=reader.sight, zone=reader.settings.zone)
    count = await count_tickets(reader.session, selection)
    link = "/tickets?overdue=true&assignee=me&back=/boards/mine" if count else ""
    return Figure(gettext("Late"), str(count), link=link, is_urgent=bool(count))


async def _question(reader: Reader, report: ReportName, period: Period, parameter: str) -> Question:
    asking = await reader.asking(report)
    agent_id = reader.sight.viewer.agent.id
    conditions = {**asking.question.conditions, parameter: agent_id}
    selection = narrowed(asking.question.selection, parameter, agent_id)
    return replace(asking.question, period=period, selection=selection, conditions=conditions, by=(), interval=None)
