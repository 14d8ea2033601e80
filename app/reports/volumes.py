"""Volume: tickets that arrived, and messages in and out, in the interval in which each came or left (F1)."""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.i18n import mark
from app.inbox.choices import read_choices
from app.reports import queries
from app.reports.intervals import Slots, slots_of
from app.reports.links import row_address
from app.reports.queries import Acts
from app.reports.tables import Cells, Line, axis_cells, axis_columns, key_count, lines_of, number_column
from app.reports.tallying import Plan, cells_of, plan_of, read_facts
from app.reports.values import Axis, Question, Table, Unit
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


async def read(session: AsyncSession, question: Question) -> Table:
    slots = slots_of(question.period, question.interval) if question.interval else None
    choices = await read_choices(session)
    cells = await _count(session, question, slots)
    lines = lines_of(question, cells, choices)
    return Table(
        columns=(*axis_columns(question), *COLUMNS),
        rows=[(*axis_cells(question, line, choices), *_numbers(line)) for line in lines],
        totals=await _totals(session, question, cells),
        links=[row_address(question, line, choices) for line in lines],
    )


async def _count(session: AsyncSession, question: Question, slots: Slots | None) -> Cells:
    plan = await plan_of(session, question, slots)
    cells = await read_facts(session, plan, tuple(MEASURE_OF), _add_up) if plan else None
    return cells or await _count_facts(session, question, slots)


def _add_up(plan: Plan, frames: Mapping[FactKind, Frame]) -> Cells:
    cells = Cells(plan.slots)
    for kind, frame in frames.items():
        for place, key, total in cells_of(plan, plan.groups(frame)):
            cell = cells.at(place, key)
            cell[MEASURE_OF[kind]] = cell.get(MEASURE_OF[kind], 0) + total
    return cells


async def _count_facts(session: AsyncSession, question: Question, slots: Slots | None) -> Cells:
    cells, keys = Cells(slots), key_count(question.by)
    for row in await queries.count_acts(session, Acts.of(question, tuple(MEASURE_OF), slots)):
        cells.add(row, keys, MEASURE_OF[row.kind], row.total)
    return cells


async def _totals(session: AsyncSession, question: Question, cells: Cells) -> dict[str, int]:
    """A ticket with two labels is in two rows, and is one."""
    if Axis.LABEL in question.by:
        cells = await _count(session, replace(question, by=(), interval=None), None)
    return {name: sum(cell.get(name, 0) for cell in cells.found.values()) for name in MEASURES}


def _numbers(line: Line) -> tuple[int, ...]:
    return tuple(line.measures.get(name, 0) for name in MEASURES)
