"""Work: what agents and teams did, by who acted and in their team then (F4)."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.i18n import mark
from app.inbox.choices import read_choices
from app.reports import queries
from app.reports.intervals import slots_of
from app.reports.links import row_address
from app.reports.queries import Acts
from app.reports.tables import Cells, axis_cells, axis_columns, key_count, lines_of, number_column
from app.reports.values import Question, Table, Unit
from app.tickets.history_models import FactKind

KINDS = (FactKind.FIRST_REPLY, FactKind.REPLY, FactKind.RESOLUTION, FactKind.REOPENING)
MEASURES = ("handled", "replies", "done", "one_reply_done", "reopened")
COLUMNS = (
    number_column("handled", mark("Handled"), Unit.TICKETS),
    number_column("replies", mark("Replies"), Unit.MESSAGES),
    number_column("done", mark("Resolved"), Unit.TICKETS),
    number_column("one_reply_done", mark("Resolved with one reply"), Unit.TICKETS),
    number_column("reopened", mark("Came back"), Unit.TICKETS),
    number_column("resolution_rate", mark("Resolved of those handled"), Unit.SHARE),
)


async def read(session: AsyncSession, question: Question) -> Table:
    """What nobody did, as what a program sent, has a row of its own. Its numbers are of tickets, each counted once."""
    slots = slots_of(question.period, question.interval) if question.interval else None
    choices = await read_choices(session)
    acts = Acts.of(question, KINDS, slots, is_by_actor=True)
    cells = await _count(session, acts, len_of=key_count(question.by))
    whole = await _count(session, Acts(question.selection, question.period, KINDS, is_by_actor=True), len_of=0)
    lines = lines_of(question, cells, choices)
    return Table(
        columns=(*axis_columns(question), *COLUMNS),
        rows=[(*axis_cells(question, line, choices), *_numbers(line.measures)) for line in lines],
        totals=dict(zip((column.name for column in COLUMNS), _numbers(whole.at(0, ())), strict=True)),
        links=[row_address(question, line, choices) for line in lines],
    )


async def _count(session: AsyncSession, acts: Acts, *, len_of: int) -> Cells:
    cells = Cells(acts.slots)
    for row in await queries.count_work(session, acts):
        for measure in MEASURES:
            cells.add(row, len_of, measure, getattr(row, measure))
    return cells


def _numbers(measures: Mapping[str, Any]) -> tuple[Any, ...]:
    counts = [measures.get(name, 0) for name in MEASURES]
    handled, done = counts[0], counts[2]
    return (*counts, round(done / handled, 4) if handled else None)
