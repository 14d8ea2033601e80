"""Mails that tell agents what they have not read. They go out like messages do, but are on no ticket."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Base, Record
from app.core.clock import now


class DigestState(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    DROPPED = "dropped"
    """Everything in it was read, or could no longer be seen, before it left."""


IS_UNDER_WAY = text("state IN ('queued', 'sending')")


class Digest(Record):
    """One mail to one agent. Its notices name it; what it says is written when it leaves."""

    __tablename__ = "notice_digests"
    constraints = (
        Index(
            "ix_notice_digests_under_way",
            "not_before",
            "id",
            sqlite_where=IS_UNDER_WAY,
            postgresql_where=IS_UNDER_WAY,
        ),
    )

    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"))
    mail_id: Mapped[str]
    mail_id_hash: Mapped[str] = mapped_column(unique=True)
    """What the mail is known by when it, or an answer of a machine to it, comes back."""

    state: Mapped[DigestState] = mapped_column(default=DigestState.QUEUED)
    created_at: Mapped[datetime] = mapped_column(default=now)
    not_before: Mapped[datetime] = mapped_column(default=now)
    attempts: Mapped[int] = mapped_column(default=0)
    claim_token: Mapped[str | None]
    claim_expires: Mapped[float | None]
    claim_boot_id: Mapped[str | None]
    handed_over_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="")


class DigestMailbox(Base):
    """The mailbox that admins chose for these mails: one row, or none. Without one the first mailbox is taken."""

    __tablename__ = "notice_mailbox"

    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"), primary_key=True)


class OwnMail(Base):
    """A mail of ours that is on no ticket and no digest either: what it is known by when it comes back."""

    __tablename__ = "own_mails"

    mail_id_hash: Mapped[str] = mapped_column(primary_key=True)
