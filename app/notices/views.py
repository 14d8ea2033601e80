from dataclasses import dataclass
from datetime import datetime

from app.notices.models import NoticeKind


@dataclass(frozen=True, slots=True)
class NoticeView:
    """One line behind the bell; without an actor it was the customer, or the desk itself."""

    id: int
    kind: NoticeKind
    ticket_number: int | None
    """None where the reader is asked something and does not see the ticket."""
    subject: str
    preview: str
    actor_name: str
    at: datetime
    is_read: bool
    escalation_id: int | None = None

    @property
    def path(self) -> str:
        return f"/escalations/{self.escalation_id}" if self.ticket_number is None else f"/tickets/{self.ticket_number}"


@dataclass(frozen=True, slots=True)
class WatcherView:
    id: int
    name: str
