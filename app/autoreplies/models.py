"""What a channel says by itself, and whom the desk has answered so (D5)."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Base


class AutoReply(Base):
    """Of one mailbox; off until somebody writes it. `texts` has subject and text by language, never filtered by."""

    __tablename__ = "auto_replies"

    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"), primary_key=True)
    is_on: Mapped[bool] = mapped_column(default=False)
    texts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class AutoReplyTurn(Base):
    """That an address was answered by itself, by whichever mailbox: once a day for the whole desk, by its hash.

    `told_at` is when the admins heard that so much comes from there that nothing is answered by itself.
    """

    __tablename__ = "auto_reply_turns"

    address_hash: Mapped[str] = mapped_column(primary_key=True)
    answered_at: Mapped[datetime | None] = mapped_column(index=True)
    told_at: Mapped[datetime | None]


class TalkAnswerKind(StrEnum):
    """Said to who begins to follow us, and to who writes while we are closed."""

    GREETING = "greeting"
    AWAY = "away"


class TalkAnswer(Base):
    """Of one account of talks; off until somebody writes it. `texts` has the words by language."""

    __tablename__ = "talk_answers"

    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"), primary_key=True)
    kind: Mapped[TalkAnswerKind] = mapped_column(primary_key=True)
    is_on: Mapped[bool] = mapped_column(default=False)
    is_for_groups: Mapped[bool] = mapped_column(default=False)
    texts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class AnswerTurn(Base):
    """That somebody got a greeting or an out-of-hours answer on a day: once for each."""

    __tablename__ = "answer_turns"

    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    kind: Mapped[TalkAnswerKind] = mapped_column(primary_key=True)
    day: Mapped[str] = mapped_column(primary_key=True)
