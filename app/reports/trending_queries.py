"""Tickets by what they are about, counted one by one: where no counter knows of a day or of a condition."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Integer, and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.rows import AnyRow, fetch
from app.inbox.list_queries import Selection, meaning_of
from app.tickets.models import Phase, Ticket
from app.trends.counter_queries import joined, key_of
from app.trends.models import TrendAxis


class Span(NamedTuple):
    """Up to, and without, its end."""

    begins: datetime
    ends: datetime


async def sum_tickets(
    session: AsyncSession,
    axis: TrendAxis,
    spans: Sequence[Span],
    selection: Selection,
    *,
    only: Sequence[Span] | None = None,
) -> Sequence[AnyRow]:
    """As `counter_queries.sum_days`; `only` are the times that are counted, all where there is none."""
    conditions, values = meaning_of(selection)
    key = key_of(axis).label("key_id")
    is_complaint = and_(_is_within(spans[0]), Ticket.is_complaint.is_(True))
    statement = select(
        key,
        _count(is_complaint).label("complaints"),
        *(_count(_is_within(span)).label(f"count_{number}") for number, span in enumerate(spans)),
    ).select_from(Ticket)
    statement = joined(statement, axis).where(
        *conditions,
        Ticket.phase.in_(tuple(Phase)),
        or_(*(_is_within(each) for each in (spans if only is None else only))),
        _is_within(Span(min(each.begins for each in spans), max(each.ends for each in spans))),
    )
    return await fetch(session, statement.group_by(key), values)


def _is_within(span: Span) -> ColumnElement[bool]:
    return and_(Ticket.created_at >= span.begins, Ticket.created_at < span.ends)


def _count(condition: Any) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0), type_=Integer)
