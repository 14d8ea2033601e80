"""Counters of days: how they are summed, kept, and made anew."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    and_,
    bindparam,
    case,
    delete,
    func,
    literal,
    select,
    text,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Audience
from app.core.base import UTCDateTime
from app.core.database import insert_into
from app.core.rows import AnyRow, AnySelect, fetch
from app.tickets.classification_models import TicketLabel
from app.tickets.history_models import Consumer, TicketEvent
from app.tickets.models import Phase, Ticket
from app.trends.models import TicketTerm, TrendAxis, TrendDay, TrendMark

MAX_UNREAD = 1000
"""Events of which days are looked up: beyond, a report counts tickets instead of asking counters."""

COMPLAINTS = func.sum(case((Ticket.is_complaint.is_(True), 1), else_=0)).label("complaints")
NONE = 0
"""The key of no category."""


class Cell(NamedTuple):
    """Whose tickets of one day, on one axis."""

    audience_id: int
    key_id: int


Counts = dict[Cell, tuple[int, int]]
"""Tickets, and complaints among them."""

BEGINS = bindparam("begins", type_=UTCDateTime)
ENDS = bindparam("ends", type_=UTCDateTime)
AUDIENCES: BindParameter[Any] = bindparam("audience_ids", expanding=True)
IS_COUNTED = text("tickets.is_counted")
"""As the partial indexes have it."""

IN_ORDER = (Ticket.audience_id.in_(AUDIENCES), Ticket.phase.in_(tuple(Phase)))
"""All of them, said so that the index of arrivals within audience and phase is walked."""

OF_DAY = (IS_COUNTED, *IN_ORDER, Ticket.created_at >= BEGINS, Ticket.created_at < ENDS)


def key_of(axis: TrendAxis) -> Any:
    keys: Mapping[TrendAxis, Any] = {
        TrendAxis.ALL: literal(NONE),
        TrendAxis.CATEGORY: func.coalesce(Ticket.category_id, NONE),
        TrendAxis.LABEL: TicketLabel.label_id,
        TrendAxis.TERM: TicketTerm.term_id,
    }
    return keys[axis]


def joined(statement: AnySelect, axis: TrendAxis) -> AnySelect:
    """With what has the axis' keys: a ticket has many labels and terms."""
    if axis is TrendAxis.LABEL:
        return statement.join(TicketLabel, TicketLabel.ticket_id == Ticket.id)
    if axis is TrendAxis.TERM:
        return statement.join(TicketTerm, TicketTerm.ticket_id == Ticket.id)
    return statement


def _count_statement(axis: TrendAxis) -> AnySelect:
    key = key_of(axis).label("key_id")
    statement = select(Ticket.audience_id, key, func.count().label("tickets"), COMPLAINTS).select_from(Ticket)
    return joined(statement, axis).where(*OF_DAY).group_by(Ticket.audience_id, key)


COUNTS = {axis: _count_statement(axis) for axis in TrendAxis}
KEPT = select(TrendDay.audience_id, TrendDay.key_id, TrendDay.tickets, TrendDay.complaints).where(
    TrendDay.axis == bindparam("axis"), TrendDay.day == bindparam("day")
)


async def list_audience_ids(session: AsyncSession) -> Sequence[int]:
    return (await session.scalars(select(Audience.id).order_by(Audience.id))).all()


async def count_day(
    session: AsyncSession, axis: TrendAxis, begins: datetime, ends: datetime, *, audience_ids: Sequence[int]
) -> Counts:
    values = {"begins": begins, "ends": ends, "audience_ids": audience_ids}
    return _counts(await fetch(session, COUNTS[axis], values))


async def list_day(session: AsyncSession, axis: TrendAxis, day: int) -> Counts:
    return _counts(await fetch(session, KEPT, {"axis": axis, "day": day}))


def _counts(rows: Iterable[AnyRow]) -> Counts:
    return {Cell(row.audience_id, row.key_id): (int(row.tickets), int(row.complaints)) for row in rows}


async def write_day(
    session: AsyncSession, axis: TrendAxis, day: int, *, changed: Counts, gone: Collection[Cell]
) -> None:
    if gone:
        place = (TrendDay.axis == axis, TrendDay.day == day)
        cells = tuple_(TrendDay.audience_id, TrendDay.key_id)
        await session.execute(delete(TrendDay).where(*place, cells.in_(list(gone))))
    if changed:
        statement = insert_into(session, TrendDay)
        new = {"tickets": statement.excluded.tickets, "complaints": statement.excluded.complaints}
        index = [TrendDay.axis, TrendDay.day, TrendDay.audience_id, TrendDay.key_id]
        rows = [
            {"axis": axis, "day": day, **cell._asdict(), "tickets": counts[0], "complaints": counts[1]}
            for cell, counts in changed.items()
        ]
        await session.execute(statement.on_conflict_do_update(index_elements=index, set_=new), rows)


async def forget_days(session: AsyncSession) -> None:
    await session.execute(delete(TrendDay))


async def list_marks(session: AsyncSession, *, limit: int) -> Sequence[AnyRow]:
    return await fetch(session, select(TrendMark.id, TrendMark.at).order_by(TrendMark.id).limit(limit))


async def count_marks(session: AsyncSession, ids: Sequence[int]) -> int:
    """How many of them are still there."""
    statement = select(func.count()).select_from(TrendMark).where(TrendMark.id.in_(ids))
    return await session.scalar(statement) or 0


async def delete_marks(session: AsyncSession, ids: Sequence[int]) -> None:
    if ids:
        await session.execute(delete(TrendMark).where(TrendMark.id.in_(ids)))


async def find_span(session: AsyncSession) -> tuple[datetime, datetime] | None:
    """From the first arrival to the last."""
    row = (await session.execute(select(func.min(Ticket.created_at), func.max(Ticket.created_at)))).one()
    return (row[0], row[1]) if row[0] is not None else None


async def list_dirty(session: AsyncSession, reader: str) -> list[datetime] | None:
    """An instant of each day whose counters may not be true now; None where that is too much to look up."""
    position = select(Consumer.position).where(Consumer.name == reader).scalar_subquery()
    unread = (
        select(TicketEvent.ticket_id).where(TicketEvent.id > func.coalesce(position, 0)).limit(MAX_UNREAD).subquery()
    )
    arrivals = select(Ticket.created_at).where(Ticket.id.in_(select(unread.c.ticket_id)))
    marks = (await session.scalars(select(TrendMark.at).order_by(TrendMark.id).limit(MAX_UNREAD))).all()
    found = (await session.scalars(arrivals)).all()
    is_much = len(marks) == MAX_UNREAD or await session.scalar(select(func.count()).select_from(unread)) == MAX_UNREAD
    return None if is_much else [*marks, *found]


class Stretch(NamedTuple):
    """Days by their ordinals, both included."""

    first: int
    last: int


async def sum_days(
    session: AsyncSession,
    axis: TrendAxis,
    stretches: Sequence[Stretch],
    *,
    audience_ids: Sequence[int],
    without: Collection[int],
    at_least: int = 1,
) -> Sequence[AnyRow]:
    """`key_id`, `complaints` in the first stretch, and `count_0`… for each stretch.

    Keys with fewer tickets than `at_least` in the first one are left out.
    """
    counts = [_sum_within(each, TrendDay.tickets) for each in stretches]
    statement = (
        select(
            TrendDay.key_id,
            _sum_within(stretches[0], TrendDay.complaints).label("complaints"),
            *(each.label(f"count_{number}") for number, each in enumerate(counts)),
        )
        .where(
            TrendDay.axis == axis,
            TrendDay.day >= min(each.first for each in stretches),
            TrendDay.day <= max(each.last for each in stretches),
            TrendDay.audience_id.in_(audience_ids),
        )
        .group_by(TrendDay.key_id)
    )
    if without:
        statement = statement.where(TrendDay.day.not_in(without))
    if at_least > 1:
        statement = statement.having(counts[0] >= at_least)
    return await fetch(session, statement)


def _sum_within(stretch: Stretch, column: Any) -> ColumnElement[int]:
    is_within = and_(TrendDay.day >= stretch.first, TrendDay.day <= stretch.last)
    return func.sum(case((is_within, column), else_=0), type_=Integer)
