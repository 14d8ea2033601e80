"""What an answer is made of before anybody writes: templates, greetings and signatures (C2)."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Record
from app.core.clock import now


class LetterTemplate(Record):
    """A text with merge fields such as `{{customer.name}}`: of one agent, of a team, or of everyone.

    `search_key` is its name, reading and body, folded, so that it is found by either.
    """

    __tablename__ = "letter_templates"

    name: Mapped[str]
    reading: Mapped[str] = mapped_column(default="")
    search_key: Mapped[str] = mapped_column(default="")
    subject: Mapped[str] = mapped_column(default="")
    text: Mapped[str]
    category_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    used_count: Mapped[int] = mapped_column(default=0)
    last_used_at: Mapped[datetime | None]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    archived_at: Mapped[datetime | None]


class LetterFrame(Record):
    """Greeting and signature of a mailbox, of a team, or of a team at a mailbox: the most particular one holds.

    Both are written with merge fields. An empty part is taken from the next less particular frame.
    """

    __tablename__ = "letter_frames"
    constraints = (Index("ix_letter_frames_channel_id_team_id", "channel_id", "team_id"),)

    channel_id: Mapped[int | None] = mapped_column(ForeignKey("channels.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"))
    greeting: Mapped[str] = mapped_column(default="")
    signature: Mapped[str] = mapped_column(default="")
