"""Talks without subject and end, as on LINE: with whom, how things stand, and what an answer in them needs."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.base import Base, Record
from app.core.clock import now
from app.customers.models import Identity


class ConversationKind(StrEnum):
    PERSON = "person"
    GROUP = "group"
    ROOM = "room"


class ConversationState(StrEnum):
    """Whether what we say arrives: 「友だち」, 「ブロック中」, or a group that we are no longer in."""

    UNKNOWN = ""
    FRIEND = "friend"
    BLOCKED = "blocked"
    LEFT = "left"


UNREACHABLE = (ConversationState.BLOCKED, ConversationState.LEFT)
"""The platform takes what is sent there, and shows it to nobody."""


class Conversation(Record):
    """One person, group or room on one channel. `key_hash` is of channel, kind and address.

    `ticket_id` is the ticket that the newest words are on; `state` is as of `state_at`, so that an older event that
    comes late changes nothing. The profile (`name`, `picture`) is asked for when it is due.
    """

    __tablename__ = "conversations"
    constraints = (Index("ix_conversations_profile_due_at", "profile_due_at"),)

    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"))
    kind: Mapped[ConversationKind]
    address: Mapped[str]
    key_hash: Mapped[str] = mapped_column(unique=True)
    identity_id: Mapped[int] = mapped_column(ForeignKey("identities.id"), index=True)
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"), index=True)
    state: Mapped[ConversationState] = mapped_column(default=ConversationState.UNKNOWN)
    state_at: Mapped[datetime | None]
    last_inbound_at: Mapped[datetime | None]
    name: Mapped[str] = mapped_column(default="")
    picture: Mapped[str | None] = mapped_column(ForeignKey("blobs.sha256"))
    profile_due_at: Mapped[datetime | None]
    profile_failures: Mapped[int] = mapped_column(default=0)
    read_token: Mapped[str] = mapped_column(default="")
    """Of the newest message: what tells the platform that we have read up to it."""
    created_at: Mapped[datetime] = mapped_column(default=now)

    identity: Mapped[Identity] = relationship(lazy="raise")


class Member(Base):
    """Somebody in a group or room, by the address that the platform has for them."""

    __tablename__ = "conversation_members"

    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    address: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(default="")
    profile_due_at: Mapped[datetime | None] = mapped_column(index=True)
    profile_failures: Mapped[int] = mapped_column(default=0)


class ReplyToken(Record):
    """The right to answer once, free of charge and soon; the entry of the outbox that has it is alone in using it."""

    __tablename__ = "reply_tokens"
    constraints = (Index("ix_reply_tokens_conversation_id_issued_at", "conversation_id", "issued_at"),)

    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    token: Mapped[str]
    issued_at: Mapped[datetime]
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("outbox_entries.id"), unique=True)


class PlatformMessage(Base):
    """An id that the platform gave to a message of ours or of theirs; one of ours may have several parts.

    `id_hash` is of channel kind and id. With `quote_token` an answer can quote it.
    """

    __tablename__ = "platform_messages"

    id_hash: Mapped[str] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"), index=True)
    """None: it was unsent before we knew it."""
    quote_token: Mapped[str] = mapped_column(default="")
    unsent_at: Mapped[datetime | None]


class HappeningKind(StrEnum):
    """What a platform tells beside messages."""

    FOLLOWED = "followed"
    UNBLOCKED = "unblocked"
    UNFOLLOWED = "unfollowed"
    JOINED = "joined"
    LEFT = "left"
    MEMBERS_JOINED = "members_joined"
    MEMBERS_LEFT = "members_left"
    POSTBACK = "postback"
    UNSENT = "unsent"
    VIDEO_PLAYED = "video_played"
    BEACON = "beacon"
    ACCOUNT_LINKED = "account_linked"
    MEMBERSHIP = "membership"
    MODULE = "module"
    ACTIVATED = "activated"
    DEACTIVATED = "deactivated"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    DELIVERED = "delivered"
    CONTACT_LEFT = "contact_left"
    CHAT_ENDED = "chat_ended"
    FAQ_HELPED = "faq_helped"
    PERSON_ASKED = "person_asked"
    VISITOR_BLOCKED = "visitor_blocked"
    VISITOR_UNBLOCKED = "visitor_unblocked"
    UNKNOWN = "unknown"


class Happening(Record):
    """Something other than a message: of a conversation or, without one, of the account; `detail` is what it says."""

    __tablename__ = "happenings"
    constraints = (
        Index("ix_happenings_conversation_id_at", "conversation_id", "at"),
        Index("ix_happenings_channel_id_at", "channel_id", "at"),
    )

    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"))
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversations.id"))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"), index=True)
    """On whose timeline it stands, if there was one."""
    raw_id: Mapped[int | None] = mapped_column(ForeignKey("raw_messages.id"))
    kind: Mapped[HappeningKind]
    at: Mapped[datetime]
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class PendingFile(Record):
    """A file of a message that the platform has and we do not yet; it becomes an attachment, and the row goes.

    `next_at` is when it is asked for, or until when one worker asks alone; None when it is given up, with the reason.
    """

    __tablename__ = "pending_files"
    constraints = (
        Index(
            "ix_pending_files_next_at",
            "next_at",
            sqlite_where=text("next_at IS NOT NULL"),
            postgresql_where=text("next_at IS NOT NULL"),
        ),
    )

    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), index=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"))
    provider_id: Mapped[str]
    """What the platform calls it, or its address where it lies elsewhere."""
    is_elsewhere: Mapped[bool] = mapped_column(default=False)
    name: Mapped[str]
    content_type: Mapped[str]
    tries: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=now)


class Picture(Base):
    """A sticker or an emoji from the platform's own store, kept once for all; without `sha256` there is none."""

    __tablename__ = "pictures"

    key: Mapped[str] = mapped_column(primary_key=True)
    sha256: Mapped[str | None] = mapped_column(ForeignKey("blobs.sha256"))
    content_type: Mapped[str] = mapped_column(default="")
    asked_at: Mapped[datetime] = mapped_column(default=now)


class Quota(Base):
    """How many messages a channel may push in a month and has pushed, as the platform told at `asked_at`.

    `allowance` is None where there is no limit; `warned_at` the share in percent that people were last warned of.
    """

    __tablename__ = "quotas"

    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"), primary_key=True)
    month: Mapped[str] = mapped_column(default="")
    allowance: Mapped[int | None]
    used: Mapped[int] = mapped_column(default=0)
    warned_at: Mapped[int] = mapped_column(default=0)
    is_exhausted: Mapped[bool] = mapped_column(default=False)
    asked_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="")


class Sign(Base):
    """What the platform is to be told beside messages, as far as it can: that we are typing, that we have read."""

    __tablename__ = "signs"

    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    wanted_at: Mapped[datetime]
    token: Mapped[str] = mapped_column(default="")


class JoinCode(Record):
    """Sent to a customer whom we know, to be sent back on another channel: whoever sends it is the same person."""

    __tablename__ = "join_codes"

    code_hash: Mapped[str] = mapped_column(unique=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"))
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
