"""Volume: tickets that arrived, and messages in and out, in the interval in which each came or left (F1)."""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.i18n import mark
from app.inbox.choices import Choices
from app.reports import queries
from app.reports.intervals import Slots, slots_of
from app.reports.links import row_address
from app.reports.queries import Acts
from app.reports.tables import Cells, axis_cells, axis_columns, key_count, lines_of, number_column
from app.reports.tallying import Plan, cells_of, plan_of, read_facts
from app.reports.values import Question, Table, Unit
from app.tallies.frames import Frame
from app.tickets.history_models import FactKind

MEASURES = ("received", "inbound", "outbound")
MEASURE_OF = {
    FactKind.ARRIVAL: "received",
    FactKind.INBOUND: "inbound",
    FactKind.FIRST_REPLY: "outbound",
    FactKind.REPLY: "outbound",
}
COLUMNS = (
    number_column("received", mark("Received"), Unit.TICKETS),
    number_column("inbound", mark("Messages in"), Unit.MESSAGES),
    number_column("outbound", mark("Messages out"), Unit.MESSAGES),
)


async def read(session: AsyncSession, question: Question, choices: Choices) -> Table:
    slots = slots_of(question.period, question.interval) if question.interval else None
    cells, whole = await _count(session, question, slots)
    lines = lines_of(question, cells, choices)
    return Table(
        columns=(*axis_columns(question), *COLUMNS),
        rows=[(*axis_cells(question, line, choices), *_numbers(line.measures)) for line in lines],
        totals=dict(zip(MEASURES, _numbers(whole.at(0, ())), strict=True)),
        links=[row_address(question, line, choices) for line in lines],
    )


async def _count(session: AsyncSession, question: Question, slots: Slots | None) -> tuple[Cells, Cells]:
    """By intervals and axes, and over everything: a ticket with two labels is in two cells, and is one."""
    plan = await plan_of(session, question, slots, can_end_early=True)
    found = await read_facts(session, plan, tuple(MEASURE_OF), _add_up) if plan else None
    if found:
        return found
    whole = await _count_facts(session, replace(question, by=(), interval=None), None)
    return (await _count_facts(session, question, slots) if question.by or slots else whole), whole


def _add_up(plan: Plan, frames: Mapping[FactKind, Frame]) -> tuple[Cells, Cells]:
    cells, whole = Cells(plan.slots), Cells()
    for kind, frame in frames.items():
        measure = MEASURE_OF[kind]
        whole.count(0, (), measure, frame.length)
        for place, key, total in cells_of(plan, plan.groups(plan.spread(frame))):
            cells.count(place, key, measure, total)
    return cells, whole


async def _count_facts(session: AsyncSession, question: Question, slots: Slots | None) -> Cells:
    cells, keys = Cells(slots), key_count(question.by)
    for row in await queries.count_acts(session, Acts.of(question, tuple(MEASURE_OF), slots)):
        cells.add(row, keys, MEASURE_OF[row.kind], row.total)
    return cells


def _numbers(measures: Mapping[str, int]) -> tuple[int, ...]:
    return tuple(measures.get(name, 0) for name in MEASURES)
