"""日報・週報・月報: drafted by the schedule, commented by a lead, frozen, mailed, and kept as they were (F7)."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Base, Record
from app.core.clock import now


class BriefingKind(StrEnum):
    DAILY = "daily"
    WEEKLY = "weekly"
    """From Monday to Sunday."""
    MONTHLY = "monthly"


class BriefingPlan(Record):
    """Which briefing is made, of what, when, and for whom.

    Without channels it counts all of them. `drafted_through` is the last day of the newest period that was drafted:
    moving it on is what makes a draft happen once.
    """

    __tablename__ = "briefing_plans"

    kind: Mapped[BriefingKind]
    name: Mapped[str]
    locale: Mapped[str] = mapped_column(default="ja")
    channel_ids: Mapped[list[int]] = mapped_column(JSON, default=list)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"))
    minute_of_day: Mapped[int]
    comment_hours: Mapped[int]
    freezes_alone: Mapped[bool] = mapped_column(default=True)
    commenter_ids: Mapped[list[int]] = mapped_column(JSON, default=list)
    """Without any, every lead who sees it."""
    recipient_ids: Mapped[list[int]] = mapped_column(JSON, default=list)
    addresses: Mapped[list[str]] = mapped_column(JSON, default=list)
    drafted_through: Mapped[date]
    created_at: Mapped[datetime] = mapped_column(default=now)
    archived_at: Mapped[datetime | None]


class BriefingState(StrEnum):
    DRAFT = "draft"
    FROZEN = "frozen"


IS_DRAFT = text("state = 'draft'")
IS_UNMAILED = text("state = 'frozen' AND mailed_at IS NULL")


class Briefing(Record):
    """One period's report. `contents` are its numbers and the words around them, written when it was drafted.

    Frozen, it never changes: `pdf_sha256` and `mailed_at` alone are noted afterwards.
    """

    __tablename__ = "briefings"
    constraints = (
        UniqueConstraint("plan_id", "kind", "first_on"),
        Index("ix_briefings_kind_last_on", "kind", "last_on", "id"),
        Index("ix_briefings_last_on_id", "last_on", "id"),
        Index("ix_briefings_draft", "comment_due_at", sqlite_where=IS_DRAFT, postgresql_where=IS_DRAFT),
        Index("ix_briefings_unmailed", "id", sqlite_where=IS_UNMAILED, postgresql_where=IS_UNMAILED),
    )

    plan_id: Mapped[int] = mapped_column(ForeignKey("briefing_plans.id"))
    kind: Mapped[BriefingKind]
    name: Mapped[str]
    locale: Mapped[str]
    first_on: Mapped[date]
    last_on: Mapped[date]
    state: Mapped[BriefingState] = mapped_column(default=BriefingState.DRAFT)
    contents: Mapped[dict[str, Any]] = mapped_column(JSON)
    drafted_at: Mapped[datetime] = mapped_column(default=now)
    comment: Mapped[str] = mapped_column(default="")
    comment_key: Mapped[str] = mapped_column(default="")
    """Folded, to be searched."""
    comment_version: Mapped[int] = mapped_column(default=0)
    commented_at: Mapped[datetime | None]
    commented_by_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    comment_due_at: Mapped[datetime]
    frozen_at: Mapped[datetime | None]
    frozen_by_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    writer: Mapped[str] = mapped_column(default="")
    """Who wrote the comment, by the name that they had when it was frozen."""
    pdf_sha256: Mapped[str | None] = mapped_column(ForeignKey("blobs.sha256"), index=True)
    mailed_at: Mapped[datetime | None]

    @property
    def is_draft(self) -> bool:
        return self.state is BriefingState.DRAFT


class BriefingAudience(Base):
    """What a briefing counts: whoever does not see all of it does not see the briefing."""

    __tablename__ = "briefing_audiences"

    briefing_id: Mapped[int] = mapped_column(ForeignKey("briefings.id"), primary_key=True)
    audience_id: Mapped[int] = mapped_column(ForeignKey("audiences.id"), primary_key=True)
