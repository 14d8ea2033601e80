from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Record
from app.core.clock import now


class NoticeKind(StrEnum):
    ASSIGNED = "assigned"
    NOTED = "noted"
    MENTIONED = "mentioned"
    ANSWERED = "answered"
    STATUS_CHANGED = "status_changed"
    COMPLAINT = "complaint"
    SEND_FAILED = "send_failed"
    SEND_UNCERTAIN = "send_uncertain"
    SEND_CANCELLED = "send_cancelled"
    BOUNCED = "bounced"
    MAIL_FLOOD = "mail_flood"
    TASK_ASSIGNED = "task_assigned"
    TASK_DUE = "task_due"
    DEADLINE_WARNED = "deadline_warned"
    DEADLINE_MISSED = "deadline_missed"
    DEADLINE_RAISED = "deadline_raised"
    ESCALATED = "escalated"
    ESCALATION_RETURNED = "escalation_returned"
    ESCALATION_ANSWERED = "escalation_answered"
    ESCALATION_ENDED = "escalation_ended"
    ESCALATION_DUE = "escalation_due"


IS_UNREAD = text("read_at IS NULL AND is_in_desk")
IS_TO_MAIL = text("is_by_mail AND digest_id IS NULL AND read_at IS NULL")


class Notice(Record):
    """That one agent is told of one event; once, however often the log is read.

    The ways are those that the agent had chosen when it happened; `digest_id` is the mail that it goes out with.
    """

    __tablename__ = "notices"
    constraints = (
        UniqueConstraint("agent_id", "event_id"),
        Index("ix_notices_agent_id_id", "agent_id", "id"),
        Index("ix_notices_unread", "agent_id", "ticket_id", sqlite_where=IS_UNREAD, postgresql_where=IS_UNREAD),
        Index("ix_notices_to_mail", "agent_id", sqlite_where=IS_TO_MAIL, postgresql_where=IS_TO_MAIL),
        Index("ix_notices_digest_id", "digest_id"),
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
    escalation_id: Mapped[int | None]
    """The question that they are asked: they are told of it also where they do not see the ticket."""

    digest_id: Mapped[int | None] = mapped_column(ForeignKey("notice_digests.id"))
    mailed_at: Mapped[datetime | None]
