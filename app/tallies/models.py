"""Days as columns, made from facts and spans and made anew where these changed (MODEL 26)."""

from datetime import date
from enum import StrEnum

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Base, Record


class Tally(StrEnum):
    """What a day is a tally of: what was done on it, or the stretches of not being done that began on it."""

    FACTS = "facts"
    SPANS = "spans"


class DayColumn(Record):
    """One property of all that a day (of the organisation) holds, as `app.tallies.packing` writes it.

    Entry n of each of a day's columns is of the same fact or span. So a report over a year reads some hundred rows, and
    of each act only what it asks for.
    """

    __tablename__ = "day_columns"
    constraints = (Index("ix_day_columns_tally", "tally", "name", "day", unique=True),)

    tally: Mapped[Tally]
    name: Mapped[str]
    day: Mapped[date]
    last_day: Mapped[date | None]
    """Of spans: the day on which the last one ended; empty while one lasts."""
    data: Mapped[bytes]


VERSION = 1
"""Of what columns there are and how they are written; of an older one all days are counted anew."""


class TallyState(Base):
    """Whose days the columns are; `generation` grows with each day that is counted anew."""

    __tablename__ = "tally_states"

    zone: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=VERSION)
    generation: Mapped[int] = mapped_column(default=0)
