from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Record
from app.core.clock import now


class PromptKind(StrEnum):
    MESSAGE = "message"
    """Invites to a talk."""
    GUIDE = "guide"
    """Points at something on the site."""


class ChatPrompt(Record):
    """What the widget says by itself, once to each visitor for whom all of its conditions hold.

    `texts` has title, text and button by language; `page` is a pattern with `*`; the counters say how often it was
    shown, clicked, and how many talks began with it.
    """

    __tablename__ = "chat_prompts"

    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"), index=True)
    kind: Mapped[PromptKind]
    name: Mapped[str]
    texts: Mapped[dict[str, dict[str, str]]] = mapped_column(JSON)
    url: Mapped[str] = mapped_column(default="")
    page: Mapped[str] = mapped_column(default="")
    seconds: Mapped[int] = mapped_column(default=0)
    visited_before: Mapped[bool | None]
    attributes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    is_on: Mapped[bool] = mapped_column(default=True)
    shown: Mapped[int] = mapped_column(default=0)
    clicked: Mapped[int] = mapped_column(default=0)
    talks: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=now)
    archived_at: Mapped[datetime | None]
