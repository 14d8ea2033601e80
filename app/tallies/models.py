"""Counters of days, made from the facts and made anew where these changed (MODEL 26)."""

from datetime import date
from enum import StrEnum

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Base, Record

NOTHING = 0
"""The key of what a ticket lacks."""


class TallyAxis(StrEnum):
    """What counters are told apart by, beside the audience; `hour` is that of the day, `all` is all of them."""

    ALL = "all"
    CHANNEL = "channel"
    CATEGORY = "category"
    ASSIGNEE = "assignee"
    TEAM = "team"
    LABEL = "label"
    HOUR = "hour"


class DayCount(Record):
    """What arrived, came in and went out on one day (of the organisation) on tickets that share a key.

    Narrow on purpose: a row for each axis alone. All axes in one row are as many rows as there are facts.
    """

    __tablename__ = "day_counts"
    constraints = (
        Index("ix_day_counts_axis", "axis", "day", "audience_id", "key_id", "received", "inbound", "outbound"),
        Index("ix_day_counts_day", "day"),
    )

    axis: Mapped[TallyAxis]
    day: Mapped[date]
    audience_id: Mapped[int]
    key_id: Mapped[int]
    received: Mapped[int]
    inbound: Mapped[int]
    outbound: Mapped[int]


class TallyState(Base):
    """Whose days the counters are; `generation` grows with each day that is counted anew."""

    __tablename__ = "tally_states"

    zone: Mapped[str] = mapped_column(primary_key=True)
    generation: Mapped[int] = mapped_column(default=0)
