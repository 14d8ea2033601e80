from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Record
from app.core.clock import now


class NoticeKind(StrEnum):
    ASSIGNED = "assigned"
    NOTED = "noted"
    MENTIONED = "mentioned"
    COMPLAINT = "complaint"
    SEND_FAILED = "send_failed"
    SEND_UNCERTAIN = "send_uncertain"


class Notice(Record):
    """That one agent is told of one event; once, however often the log is read."""

    __tablename__ = "notices"
    constraints = (
        UniqueConstraint("agent_id", "event_id"),
        Index("ix_notices_agent_id_id", "agent_id", "id"),
    )

    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    event_id: Mapped[int] = mapped_column(ForeignKey("ticket_events.id"))
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    kind: Mapped[NoticeKind]
    created_at: Mapped[datetime] = mapped_column(default=now)
    read_at: Mapped[datetime | None]
    is_in_desk: Mapped[bool] = mapped_column(default=True)
    is_on_desktop: Mapped[bool] = mapped_column(default=False)
    is_by_mail: Mapped[bool] = mapped_column(default=False)
    mailed_at: Mapped[datetime | None]
