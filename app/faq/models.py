"""Questions that come again and again, with the answers that the team has agreed on (D6)."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Record
from app.core.clock import now

JAPANESE, ENGLISH = "ja", "en"


class FaqEntry(Record):
    """Suggested to visitors while `published_at` is set. `keywords` are further words, apart by blanks or commas.

    How often it was suggested, helped, and did not (a person was asked for after it) is counted.
    """

    __tablename__ = "faq_entries"

    question: Mapped[str]
    answer: Mapped[str]
    keywords: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default=JAPANESE)
    position: Mapped[int] = mapped_column(default=0)
    shown_count: Mapped[int] = mapped_column(default=0)
    helped_count: Mapped[int] = mapped_column(default=0)
    handed_over_count: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now)
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    published_at: Mapped[datetime | None]
    archived_at: Mapped[datetime | None]
