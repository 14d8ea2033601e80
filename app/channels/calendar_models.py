"""Hours through time: what held when, for the organisation and for channels that have hours of their own (D2)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Index, TextClause, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Base, Record
from app.core.clock import now

ORGANISATION = 1
APRIL = 4
IS_LIVE = text("removed_at IS NULL")
IS_OURS = text("removed_at IS NULL AND channel_id IS NULL")
IS_RUNNING = text("finished_at IS NULL")


def _partial(name: str, *columns: str, where: TextClause, is_unique: bool = False) -> Index:
    return Index(name, *columns, unique=is_unique, sqlite_where=where, postgresql_where=where)


class CalendarVersion(Record):
    """Hours from a day on, as `hours.kept_form` has them; nobody's channel is the organisation.

    A channel without hours has the organisation's again from that day on. Nothing is overwritten: what is said anew
    for the same day is a row of its own, and the one before it is removed.
    """

    __tablename__ = "calendars"
    constraints = (
        _partial("uq_calendars_channel", "channel_id", "valid_from", where=IS_LIVE, is_unique=True),
        _partial("uq_calendars_organisation", "valid_from", where=IS_OURS, is_unique=True),
    )

    channel_id: Mapped[int | None] = mapped_column(ForeignKey("channels.id"))
    valid_from: Mapped[date] = mapped_column(Date)
    hours: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    applied_at: Mapped[datetime | None]
    """When its day had come, so that a channel's doors go by it too."""
    removed_at: Mapped[datetime | None]


class CalendarRecount(Record):
    """What a change asks for: facts since its day are counted anew, and then deadlines that are open."""

    __tablename__ = "calendar_recounts"
    constraints = (_partial("ix_calendar_recounts_running", "id", where=IS_RUNNING),)

    channel_id: Mapped[int | None] = mapped_column(ForeignKey("channels.id"))
    """Whose hours changed; empty: everybody's may have, or a rule for deadlines did."""
    since: Mapped[date | None] = mapped_column(Date)
    """The first day whose facts are touched; none are where it is empty."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    first_seen: Mapped[float | None]
    """By the lease clock: who began before may go by what held before the change, and is waited for."""
    fact_id: Mapped[int] = mapped_column(default=0)
    ticket_id: Mapped[int] = mapped_column(default=0)
    """How far it has come: facts first."""
    are_facts_done: Mapped[bool] = mapped_column(default=False)
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None]

    @property
    def has_begun(self) -> bool:
        return self.are_facts_done or self.fact_id > 0


class Organisation(Base):
    """What is so for everybody; one row, or none where all is as it comes."""

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    fiscal_month: Mapped[int] = mapped_column(default=APRIL)
    """In which a fiscal year begins."""
