"""The desk's own mails, those that are on no ticket: what each room's mail is beside what it says."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Record
from app.core.clock import now


class MailState(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    DROPPED = "dropped"
    """When its time came there was nothing left to say, or whoever it was for may not see it."""


def index_of_mails(table: str) -> Index:
    """What is under way, and nothing of what is settled."""
    is_under_way = text("state IN ('queued', 'sending')")
    name = f"ix_{table}_under_way"
    return Index(name, "not_before", "id", sqlite_where=is_under_way, postgresql_where=is_under_way)


class OwnMailing(Record):
    """One mail to one address, which leaves once; a room adds what the mail is about."""

    __abstract__ = True

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
