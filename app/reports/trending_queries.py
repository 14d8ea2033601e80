"""Tickets by what they are about, counted one by one: where columns know nothing of a day or of a condition."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, case, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.rows import AnyRow, fetch
from app.inbox.list_queries import Selection, meaning_of
from app.reports.values import Axis, Period
from app.tickets.classification_models import TicketLabel
from app.tickets.models import Phase, Ticket
from app.trends.models import TicketTerm

NONE = 0
"""The key of no category, and of all tickets where nothing tells them apart."""

KEYS: dict[Axis | None, Any] = {
    None: literal(NONE),
    Axis.CATEGORY: func.coalesce(Ticket.category_id, NONE),
    Axis.LABEL: TicketLabel.label_id,
    Axis.TERM: TicketTerm.term_id,
}
HOLDERS: dict[Axis | None, Any] = {Axis.LABEL: TicketLabel, Axis.TERM: TicketTerm}
"""What has the keys: a ticket has many labels and terms."""


async def sum_tickets(
    session: AsyncSession, axis: Axis | None, periods: Sequence[Period], selection: Selection
) -> Sequence[AnyRow]:
    """`key_id`, `complaints` of the first period, and `count_0`… for each."""
    conditions, values = meaning_of(selection)
    key, holder = KEYS[axis].label("key_id"), HOLDERS.get(axis)
    is_complaint = and_(_is_within(periods[0]), Ticket.is_complaint.is_(True))
    statement = select(
        key,
        _count(is_complaint).label("complaints"),
        *(_count(_is_within(each)).label(f"count_{number}") for number, each in enumerate(periods)),
    ).select_from(Ticket)
    if holder is not None:
        statement = statement.join(holder, holder.ticket_id == Ticket.id)
    statement = statement.where(
        *conditions,
        Ticket.phase.in_(tuple(Phase)),
        or_(*(_is_within(each) for each in periods)),
        Ticket.created_at >= min(each.begins for each in periods),
        Ticket.created_at < max(each.ends for each in periods),
    )
    return await fetch(session, statement.group_by(key).order_by(key), values)


def _is_within(period: Period) -> ColumnElement[bool]:
    return and_(Ticket.created_at >= period.begins, Ticket.created_at < period.ends)


def _count(condition: Any) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0), type_=Integer)
