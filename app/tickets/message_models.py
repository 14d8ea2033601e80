from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.base import Base, Record
from app.core.clock import now
from app.customers.models import Identity
from app.tickets.models import Ticket


class MessageKind(StrEnum):
    INBOUND = "inbound"
    OUTBOUND = "outbound"
    NOTE = "note"
    CALL = "call"


class Problem(StrEnum):
    """What could not be read of an inbound message; the original is attached then."""

    NONE = ""
    UNREADABLE = "unreadable"
    TOO_DEEP = "too_deep"
    TOO_LARGE = "too_large"
    REFUSED = "refused"
    """The server has it and would not give it out, however often it was asked: there is no original."""


class Message(Record):
    """One entry of a ticket's timeline.

    `ticket_version` is the number that it gave its ticket when it joined (MODEL 7). `identity_hash` is
    what it is known again by (MODEL 10); `quote_start` and `signature_start` are offsets into `text`.
    `html` is sanitised.
    """

    __tablename__ = "messages"
    constraints = (
        UniqueConstraint("ticket_id", "ticket_version"),
        Index("ix_messages_mail_id_hash", "mail_id_hash"),
    )

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    origin_ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    ticket_version: Mapped[int]
    kind: Mapped[MessageKind]
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"))
    author_agent_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    author_identity_id: Mapped[int | None] = mapped_column(ForeignKey("identities.id"))
    subject: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(default="")
    html: Mapped[str] = mapped_column(default="")
    quote_start: Mapped[int | None]
    signature_start: Mapped[int | None]
    mail_id: Mapped[str] = mapped_column(default="")
    mail_id_hash: Mapped[str | None]
    identity_hash: Mapped[str | None] = mapped_column(unique=True)
    problem: Mapped[Problem] = mapped_column(default=Problem.NONE)
    is_automatic: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=now)
    stored_at: Mapped[datetime] = mapped_column(default=now)
    sent_at: Mapped[datetime | None]
    hidden_at: Mapped[datetime | None]

    ticket: Mapped[Ticket] = relationship(lazy="raise", foreign_keys=[ticket_id])
    origin_ticket: Mapped[Ticket] = relationship(lazy="raise", foreign_keys=[origin_ticket_id])
    author_identity: Mapped[Identity | None] = relationship(lazy="raise")


class MessageSource(Base):
    """Where a message came in: one mail to two mailboxes is one message with two sources."""

    __tablename__ = "message_sources"

    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), primary_key=True)
    raw_id: Mapped[int] = mapped_column(ForeignKey("raw_messages.id"), primary_key=True, index=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"))

    message: Mapped[Message] = relationship(lazy="raise")


class RecipientRole(StrEnum):
    FROM = "from"
    REPLY_TO = "reply_to"
    TO = "to"
    CC = "cc"
    BCC = "bcc"


class RecipientState(StrEnum):
    NONE = ""
    SENT = "sent"
    REFUSED = "refused"


class MessageRecipient(Record):
    """Everybody on a message's envelope, its sender too, as written; `state` is the result of sending."""

    __tablename__ = "message_recipients"
    constraints = (Index("ix_message_recipients_message_id", "message_id"),)

    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"))
    role: Mapped[RecipientRole]
    name: Mapped[str] = mapped_column(default="")
    address: Mapped[str]
    address_key: Mapped[str] = mapped_column(default="")
    state: Mapped[RecipientState] = mapped_column(default=RecipientState.NONE)
    error: Mapped[str] = mapped_column(default="")

    message: Mapped[Message] = relationship(lazy="raise")


class Attachment(Record):
    """A file; without a message while its reply is being written."""

    __tablename__ = "attachments"
    constraints = (
        Index("ix_attachments_message_id", "message_id"),
        Index(
            "ix_attachments_waiting",
            "created_at",
            sqlite_where=text("message_id IS NULL"),
            postgresql_where=text("message_id IS NULL"),
        ),
    )

    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))
    uploader_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    sha256: Mapped[str] = mapped_column(ForeignKey("blobs.sha256"), index=True)
    name: Mapped[str]
    content_type: Mapped[str]
    size: Mapped[int]
    content_id: Mapped[str] = mapped_column(default="")
    is_inline: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=now)

    message: Mapped[Message | None] = relationship(lazy="raise")


class ThreadRef(Base):
    """A Message-ID that was seen or referenced, and the ticket it leads to; by hash, since ids can be absurd.

    `is_ours` marks ids that we made: a reference to one joins from anyone (MODEL 10).
    """

    __tablename__ = "thread_refs"

    ref_hash: Mapped[str] = mapped_column(primary_key=True)
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"), index=True)
    is_ours: Mapped[bool] = mapped_column(default=False)

    ticket: Mapped[Ticket | None] = relationship(lazy="raise")
