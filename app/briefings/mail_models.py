"""Mails of briefings. They go out like mails of notices do: each once, and on no ticket."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Record
from app.core.clock import now


class MailPurpose(StrEnum):
    DRAFT = "draft"
    """Tells who comments that there is something to comment on."""
    REPORT = "report"


class MailState(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    DROPPED = "dropped"
    """Nobody needs it any more, or whoever it was for may not see it."""


IS_UNDER_WAY = text("state IN ('queued', 'sending')")


class BriefingMail(Record):
    """One mail to one address."""

    __tablename__ = "briefing_mails"
    constraints = (
        UniqueConstraint("briefing_id", "purpose", "address"),
        Index(
            "ix_briefing_mails_under_way",
            "not_before",
            "id",
            sqlite_where=IS_UNDER_WAY,
            postgresql_where=IS_UNDER_WAY,
        ),
    )

    briefing_id: Mapped[int] = mapped_column(ForeignKey("briefings.id"))
    purpose: Mapped[MailPurpose]
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    name: Mapped[str] = mapped_column(default="")
    address: Mapped[str]
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"))
    mail_id: Mapped[str]
    state: Mapped[MailState] = mapped_column(default=MailState.QUEUED)
    created_at: Mapped[datetime] = mapped_column(default=now)
    not_before: Mapped[datetime] = mapped_column(default=now)
    attempts: Mapped[int] = mapped_column(default=0)
    claim_token: Mapped[str | None]
    claim_expires: Mapped[float | None]
    claim_boot_id: Mapped[str | None]
    handed_over_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="")
