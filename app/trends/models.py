"""What customers ask about: the terms of their words, and what happened when.

The terms can be made again from the tickets (`madoguchi reports rebuild`); `app.tallies` keeps how many have them.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Base, Record
from app.core.clock import now


class MarkerKind(StrEnum):
    RELEASE = "release"
    CAMPAIGN = "campaign"
    INCIDENT = "incident"
    OTHER = "other"


class Marker(Record):
    """What the team did or what befell it on some days, so that a chart can tell why customers write. Both included."""

    __tablename__ = "markers"
    constraints = (Index("ix_markers_first_day", "first_day"),)

    name: Mapped[str]
    kind: Mapped[MarkerKind]
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)


class Term(Record):
    """A word of customers: `key` is folded, `label` as the first of them wrote it. Gone with the last ticket it has."""

    __tablename__ = "terms"

    key: Mapped[str] = mapped_column(unique=True)
    label: Mapped[str]


class TicketTerm(Base):
    __tablename__ = "ticket_terms"
    constraints = (Index("ix_ticket_terms_term_id_ticket_id", "term_id", "ticket_id"),)

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    term_id: Mapped[int] = mapped_column(ForeignKey("terms.id"), primary_key=True)


class TermMark(Base):
    """A ticket whose words are to be read; `event_id` is the newest event that said so."""

    __tablename__ = "term_marks"
    constraints = (Index("ix_term_marks_event_id_ticket_id", "event_id", "ticket_id"),)

    ticket_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    event_id: Mapped[int]


class TrendState(Base):
    """The one row that says how terms were made; without it none were yet."""

    __tablename__ = "trend_state"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tokenizer: Mapped[str]
