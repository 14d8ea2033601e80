from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.base import Base, Record
from app.core.clock import now
from app.tickets.message_models import Message


class OutboxState(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    CANCELLED = "cancelled"


class Way(StrEnum):
    """Of an answer in a talk: by the right to reply that a message brought, or by a push of our own; directly where
    there is nothing to choose."""

    NONE = ""
    REPLY = "reply"
    PUSH = "push"
    DIRECT = "direct"


UNDECIDED = (OutboxState.FAILED, OutboxState.UNCERTAIN)
"""What was not sent, or nobody knows: a person decides."""


PAUSES = (
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
    timedelta(hours=1),
)
TRY_FOR = timedelta(hours=48)

IS_QUEUED = text("state = 'queued'")
IS_SENDING = text("state = 'sending'")


class OutboxEntry(Record):
    """A message on its way out, until the provider has taken it.

    `claim_token` fences the worker that has it; `handed_over_at` is the commit point (MODEL 19): before it a
    lost worker means "again", after it "uncertain". `base_version` and `base_status_id` are what it was
    accepted against, `before_status_id` the status to go back to when it is cancelled (MODEL 20).
    """

    __tablename__ = "outbox_entries"
    constraints = (
        Index("ix_outbox_entries_queued", "not_before", "id", sqlite_where=IS_QUEUED, postgresql_where=IS_QUEUED),
        Index("ix_outbox_entries_sending", "claim_expires", sqlite_where=IS_SENDING, postgresql_where=IS_SENDING),
        Index("ix_outbox_entries_state_id", "state", "id"),
    )

    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), unique=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"))
    state: Mapped[OutboxState] = mapped_column(default=OutboxState.QUEUED)
    created_at: Mapped[datetime] = mapped_column(default=now)
    not_before: Mapped[datetime] = mapped_column(default=now)
    is_scheduled: Mapped[bool] = mapped_column(default=False)
    is_deferred: Mapped[bool] = mapped_column(default=False)
    """Held or scheduled: what came meanwhile is looked at before it leaves."""
    base_version: Mapped[int]
    base_status_id: Mapped[int] = mapped_column(ForeignKey("statuses.id"))
    before_status_id: Mapped[int] = mapped_column(ForeignKey("statuses.id"))
    next_status_id: Mapped[int | None] = mapped_column(ForeignKey("statuses.id"))
    provider_id: Mapped[str | None] = mapped_column(unique=True)
    """By which the provider knows the message again (LINE's retry key)."""
    way: Mapped[Way] = mapped_column(default=Way.NONE)
    """How it leaves, where there are several ways; chosen and written down before the first attempt (MODEL 21)."""
    was_unclear: Mapped[bool] = mapped_column(default=False)
    """An attempt by this way ended without a clear answer, so that the provider may have it."""
    attempts: Mapped[int] = mapped_column(default=0)
    first_try_at: Mapped[datetime | None]
    claim_token: Mapped[str | None]
    claim_expires: Mapped[float | None]
    claim_boot_id: Mapped[str | None]
    handed_over_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="")

    message: Mapped[Message] = relationship(lazy="raise")

    def next_try(self, at: datetime) -> datetime | None:
        """When to try again after a failure at `at`; None when it was tried long enough."""
        if self.first_try_at is not None and at - self.first_try_at >= TRY_FOR:
            return None
        pauses = min(self.attempts, len(PAUSES)) or 1
        return at + PAUSES[pauses - 1]


class SentCopy(Base):
    """A sent message of which the mailbox's own folder is to get a copy; the row goes when it has it.

    `next_at` is when it is tried, or until when one worker tries it alone; `error` is why it failed the last time.
    """

    __tablename__ = "sent_copies"

    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), primary_key=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"))
    next_at: Mapped[datetime] = mapped_column(index=True)
    tries: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(default="")

    message: Mapped[Message] = relationship(lazy="raise")
