"""Who is at a website's chat: known by a token in their browser, or by what the site says of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Base, Record
from app.core.clock import now


class Visitor(Record):
    """`key_hash` is that of their conversation, which begins with their first words.

    `heard_at` and `read_at` are the instants up to which what we sent is in their browser, and was on their screen;
    `mailed_at` up to which it also went by mail. `page_url` is where they are now.
    """

    __tablename__ = "visitors"
    constraints = (
        Index(
            "ix_visitors_mail_due_at",
            "mail_due_at",
            sqlite_where=text("mail_due_at IS NOT NULL"),
            postgresql_where=text("mail_due_at IS NOT NULL"),
        ),
    )

    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"))
    address: Mapped[str]
    key_hash: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(default="")
    mail: Mapped[str] = mapped_column(default="")
    is_identified: Mapped[bool] = mapped_column(default=False)
    """The site vouches for name and mail address."""
    attributes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """What the site tells of them, for the eyes only."""
    page_url: Mapped[str] = mapped_column(default="")
    page_title: Mapped[str] = mapped_column(default="")
    referrer: Mapped[str] = mapped_column(default="")
    browser: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="")
    visits: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    seen_at: Mapped[datetime] = mapped_column(default=now, index=True)
    spoke_at: Mapped[datetime | None]
    """When they wrote last; None: they only looked."""
    online_until: Mapped[datetime | None]
    typing_until: Mapped[datetime | None]
    heard_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    mail_due_at: Mapped[datetime | None]
    """When what they have not heard is to go by mail."""
    mailed_at: Mapped[datetime | None]
    wants_mail: Mapped[bool] = mapped_column(default=False)
    """They left while nobody was there: what is answered goes by mail at once."""
    blocked_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    """The chat is over until they write again."""


class VisitorToken(Base):
    """What a browser has to show to be this visitor; by hash."""

    __tablename__ = "visitor_tokens"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    visitor_id: Mapped[int] = mapped_column(ForeignKey("visitors.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)


class VisitorNews(Record):
    """That what a visitor sees of their chat changed: told to their browser, no part of history."""

    __tablename__ = "visitor_news"

    key_hash: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now, index=True)
