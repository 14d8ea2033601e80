from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.base import Base, Record
from app.core.clock import now
from app.customers.models import Identity
from app.tickets.models import Nature, Ticket


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

    REPEATED = "repeated"
    """Nothing is wrong with the text, but another mail with other content has the same Message-ID."""


class SignedWith(StrEnum):
    """How its sender signed a message; nobody has verified that."""

    NOTHING = ""
    SMIME = "smime"
    PGP = "pgp"


class SenderCheck(StrEnum):
    """Whether a mail came from whom it names, by what our own mail server wrote of it."""

    NONE = ""
    PASSED = "passed"
    SUSPICIOUS = "suspicious"
    UNCLEAR = "unclear"


SENT_ON = "sent_on"
"""In `extras`: which messages of a chat a mail of ours brings to whom has not heard them."""
ASKED = "asked"
"""In `extras`: the question that a mail of ours puts to who is not the customer, and what its link is made of."""
IS_TALK = text("conversation_id IS NOT NULL")


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
        Index("ix_messages_talk", "conversation_id", "id", sqlite_where=IS_TALK, postgresql_where=IS_TALK),
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
    charset: Mapped[str] = mapped_column(default="")
    """Of what we send: what it is written in. Of what came in: what a person found it to be in, '' for its own word."""
    forwards_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))
    """The mail that it passes on to somebody else: no answer to the customer."""
    shows_images: Mapped[bool] = mapped_column(default=False)
    """Its images that lie elsewhere are fetched."""
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversations.id"))
    """The talk that it is part of, where its channel is one of talks."""
    extras: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """What it has beside words and files, such as a sticker, a place, what it quotes (`connectors.talks`)."""
    problem: Mapped[Problem] = mapped_column(default=Problem.NONE)
    is_automatic: Mapped[bool] = mapped_column(default=False)
    nature: Mapped[Nature] = mapped_column(default=Nature.MESSAGE)
    can_auto_reply: Mapped[bool] = mapped_column(default=False)
    signed_with: Mapped[SignedWith] = mapped_column(default=SignedWith.NOTHING)
    sender_check: Mapped[SenderCheck] = mapped_column(default=SenderCheck.NONE)
    sender_check_detail: Mapped[str] = mapped_column(default="")
    invitation: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    created_at: Mapped[datetime] = mapped_column(default=now)
    stored_at: Mapped[datetime] = mapped_column(default=now)
    sent_at: Mapped[datetime | None]
    hidden_at: Mapped[datetime | None]

    ticket: Mapped[Ticket] = relationship(lazy="raise", foreign_keys=[ticket_id])
    origin_ticket: Mapped[Ticket] = relationship(lazy="raise", foreign_keys=[origin_ticket_id])
    author_identity: Mapped[Identity | None] = relationship(lazy="raise")

    @property
    def is_of_machine(self) -> bool:
        """What only brings what a person wrote is automatic at the desk, and for nobody else: machines answer to it,
        and programs that drop automatic mail do not drop it."""
        return self.is_automatic and (self.extras or {}).keys().isdisjoint((SENT_ON, ASKED))

    @property
    def is_aside(self) -> bool:
        """Mailed to somebody who must not learn of the customer's mails, nor the customer of it."""
        return ASKED in (self.extras or {})


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
    """By the server that we handed it to."""
    DELAYED = "delayed"
    DELIVERED = "delivered"
    FAILED = "failed"
    """It came back, from wherever it had got to."""


FINALITY = {state: number for number, state in enumerate(("", "sent", "delayed", "delivered", "failed", "refused"))}
"""Of two reports the later one counts, or that which nothing can come after."""


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

    def report(self, state: RecipientState, words: str) -> bool:
        """What a server tells later, if it is worse or says more than what is known; whether it was."""
        if FINALITY[state] <= FINALITY[self.state]:
            return False
        self.state, self.error = state, words
        return True


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
