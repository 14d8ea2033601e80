"""Spam and trash: out of every list, count and report, until somebody restores it or the customer writes (MODEL 14)."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import audit
from app.accounts.audit_models import AuditKind
from app.core.clock import now
from app.tickets.history_models import SYSTEM, Actor, ActorKind, EventKind
from app.tickets.log import record
from app.tickets.models import Ticket


def mark_spam(session: AsyncSession, ticket: Ticket, is_spam: bool, *, by: Actor = SYSTEM) -> None:
    if is_spam != (ticket.spam_at is not None):
        ticket.set_aside(spam_at=now() if is_spam else None, trashed_at=ticket.trashed_at)
        record(session, ticket, EventKind.SPAM_CHANGED, by=by, is_spam=[not is_spam, is_spam])


def trash(
    session: AsyncSession, ticket: Ticket, is_trashed: bool, *, by: Actor = SYSTEM, at: datetime | None = None
) -> None:
    """Into the trash, or out of it again."""
    if is_trashed != (ticket.trashed_at is not None):
        ticket.set_aside(spam_at=ticket.spam_at, trashed_at=now() if is_trashed else None)
        record(session, ticket, EventKind.TRASH_CHANGED, by=by, at=at, is_trashed=[not is_trashed, is_trashed])
        _tell_audit(session, ticket, is_trashed, by)


def _tell_audit(session: AsyncSession, ticket: Ticket, is_trashed: bool, by: Actor) -> None:
    """What somebody does; that a customer's mail brings a ticket back is in its history alone."""
    if by.kind is ActorKind.AGENT:
        change = {"is_trashed": [not is_trashed, is_trashed]}
        audit.note(session, AuditKind.DELETE, by=by.id, subject="tickets", subject_id=ticket.id, changes=change)
