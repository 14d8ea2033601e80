"""Work: what agents and teams did, by who acted and in their team then (F4)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.i18n import mark
from app.inbox.choices import Choices
from app.reports import queries
from app.reports.intervals import Slots, slots_of
from app.reports.links import row_address
from app.reports.queries import Acts
from app.reports.tables import Cells, axis_cells, axis_columns, key_count, lines_of, number_column
from app.reports.tallying import OF_ACTOR, Plan, cells_of, plan_of, read_facts, tickets_of
from app.reports.values import Question, Table, Unit
from app.tallies.frames import Frame, joined
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


async def read(session: AsyncSession, question: Question, choices: Choices) -> Table:
    """What nobody did, as what a program sent, has a row of its own. Its numbers are of tickets, each counted once."""
    slots = slots_of(question.period, question.interval) if question.interval else None
    cells, whole = await _count(session, question, slots)
    lines = lines_of(question, cells, choices)
    return Table(
        columns=(*axis_columns(question), *COLUMNS),
        rows=[(*axis_cells(question, line, choices), *_numbers(line.measures)) for line in lines],
        totals=dict(zip((column.name for column in COLUMNS), _numbers(whole.at(0, ())), strict=True)),
        links=[row_address(question, line, choices) for line in lines],
    )


async def _count(session: AsyncSession, question: Question, slots: Slots | None) -> tuple[Cells, Cells]:
    plan = await plan_of(session, question, slots, names=OF_ACTOR, further=("ticket", "reply_count"))
    found = await read_facts(session, plan, KINDS, _add_up_both) if plan else None
    if found:
        return found
    whole = replace(question, by=(), interval=None)
    return await _count_facts(session, question, slots), await _count_facts(session, whole, None)


def _add_up_both(plan: Plan, frames: Mapping[FactKind, Frame]) -> tuple[Cells, Cells]:
    """By intervals and axes, and over everything."""
    spread = {kind: plan.spread(frame) for kind, frame in frames.items()}
    return _add_up(plan, spread), _add_up(plan.whole(), frames)


def _add_up(plan: Plan, frames: Mapping[FactKind, Frame]) -> Cells:
    resolved, reopened = frames[FactKind.RESOLUTION], frames[FactKind.REOPENING]
    replies = joined([frames[FactKind.FIRST_REPLY], frames[FactKind.REPLY]])
    cells = Cells(plan.slots)
    counted = {
        "handled": tickets_of(plan, joined([replies, resolved])),
        "replies": cells_of(plan, plan.groups(replies)),
        "done": tickets_of(plan, resolved),
        "one_reply_done": tickets_of(plan, resolved.take(resolved.columns["reply_count"] == 1)),
        "reopened": tickets_of(plan, reopened),
    }
    for measure, found in counted.items():
        for place, key, total in found:
            cells.count(place, key, measure, total)
    return cells


async def _count_facts(session: AsyncSession, question: Question, slots: Slots | None) -> Cells:
    cells, keys = Cells(slots), key_count(question.by)
    for row in await queries.count_work(session, Acts.of(question, KINDS, slots, is_by_actor=True)):
        for measure in MEASURES:
            cells.add(row, keys, measure, getattr(row, measure))
    return cells


def _numbers(measures: Mapping[str, Any]) -> tuple[Any, ...]:
    counts = [measures.get(name, 0) for name in MEASURES]
    handled, done = counts[0], counts[2]
    return (*counts, round(done / handled, 4) if handled else None)
