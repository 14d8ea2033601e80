from dataclasses import dataclass
from datetime import datetime

from app.notices.models import NoticeKind


@dataclass(frozen=True, slots=True)
class NoticeView:
    """One line behind the bell; without an actor it was the customer, or the desk itself."""

    id: int
    kind: NoticeKind
    ticket_number: int
    subject: str
    preview: str
    actor_name: str
    at: datetime
    is_read: bool


@dataclass(frozen=True, slots=True)
class WatcherView:
    id: int
    name: str
