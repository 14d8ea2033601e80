"""What the operators of a search ask of a ticket, as conditions."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select

from app.inbox.list_queries import IS_COUNTED
from app.tickets.classification_models import TicketLabel
from app.tickets.models import Ticket

PLACES: dict[str, ColumnElement[bool]] = {
    "": and_(IS_COUNTED),
    "trash": Ticket.trashed_at.is_not(None),
    "spam": and_(Ticket.spam_at.is_not(None), Ticket.trashed_at.is_(None)),
}
"""Where a search looks; elsewhere nothing of spam and trash is found (MODEL 14)."""

COLUMNS = {
    "status": Ticket.status_id,
    "assignee": Ticket.assignee_id,
    "team": Ticket.team_id,
    "category": Ticket.category_id,
}


def is_one_of(operator: str, ids: Collection[int | None]) -> ColumnElement[bool]:
    """None among the ids is nobody, or nothing."""
    column = COLUMNS[operator]
    known = column.in_([each for each in ids if each is not None])
    return or_(column.is_(None), known) if None in ids else known


def has_label(label_ids: Collection[int | None]) -> ColumnElement[bool]:
    """None among the ids is a ticket without any."""
    labels = select(TicketLabel.label_id).where(TicketLabel.ticket_id == Ticket.id)
    known = labels.where(TicketLabel.label_id.in_([each for each in label_ids if each is not None])).exists()
    return or_(~labels.exists(), known) if None in label_ids else known


def is_of_audience(audience_ids: Collection[int]) -> ColumnElement[bool]:
    return Ticket.audience_id.in_(audience_ids)


def arrived_before(instant: datetime) -> ColumnElement[bool]:
    return Ticket.created_at < instant


def arrived_since(instant: datetime) -> ColumnElement[bool]:
    return Ticket.created_at >= instant


def has_attachment() -> ColumnElement[bool]:
    return Ticket.has_attachment.is_(True)
