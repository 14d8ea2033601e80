from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Record
from app.core.clock import now

EMAIL = "email"
PHONE = "phone"
FAILED_POLLS = 3
"""In a row: then people are warned."""
HOLD_SECONDS = 10
MAX_HOLD_SECONDS = 120


class Channel(Record):
    """One configured way in and out, such as the mailbox support@example.jp.

    `secrets` is encrypted; `settings` is what its kind needs beside that, and is never filtered by.
    """

    __tablename__ = "channels"

    kind: Mapped[str]
    name: Mapped[str]
    key: Mapped[str] = mapped_column(unique=True)
    address: Mapped[str] = mapped_column(default="")
    settings: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    secrets: Mapped[str] = mapped_column(default="", deferred=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    paused_at: Mapped[datetime | None]
    is_demo: Mapped[bool] = mapped_column(default=False)
    """Nothing is fetched, and what is sent is kept as a file."""
    hold_seconds: Mapped[int] = mapped_column(default=HOLD_SECONDS)
    """For how long what is sent at the screen can be taken back; 0 sends it at once."""

    @property
    def is_paused(self) -> bool:
        return self.paused_at is not None


class ChannelFolder(Record):
    """How far one folder of a mailbox has been read; moves only by a conditional UPDATE (MODEL 31)."""

    __tablename__ = "channel_folders"
    constraints = (UniqueConstraint("channel_id", "folder"),)

    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"))
    folder: Mapped[str]
    uidvalidity: Mapped[int | None]
    uid: Mapped[int] = mapped_column(default=0)
    on_server: Mapped[int] = mapped_column(default=0)
    last_success_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(default="")
    last_error_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    """Polls in a row that failed."""
    compared_at: Mapped[datetime | None]
    missing: Mapped[int] = mapped_column(default=0)
    """What the last comparison with the server found there and not here."""
