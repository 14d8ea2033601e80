"""What a report is asked for and what it answers with: plain values that pages, files and the API share."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from app.inbox.list_queries import Selection


class ReportName(StrEnum):
    VOLUME = "volume"
    SPEED = "speed"
    BACKLOG = "backlog"
    WORK = "work"
    TRENDS = "trends"
    ESCALATIONS = "escalations"


class Interval(StrEnum):
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Axis(StrEnum):
    """What rows are split by; each report allows some. `CHANNEL` is where a ticket came in first."""

    CHANNEL = "channel"
    CATEGORY = "category"
    ASSIGNEE = "assignee"
    TEAM = "team"
    LABEL = "label"
    COMPANY = "company"
    STATUS = "status"
    PRIORITY = "priority"
    WEEKDAY_HOUR = "weekday_hour"
    TERM = "term"
    LEVEL = "level"
    REASON = "reason"
    FROM = "from"
    TO = "to"


class ColumnType(StrEnum):
    TEXT = "text"
    ID = "id"
    DATE = "date"
    INSTANT = "instant"
    NUMBER = "number"


class Unit(StrEnum):
    NONE = ""
    TICKETS = "tickets"
    MESSAGES = "messages"
    SECONDS = "seconds"
    SHARE = "share"
    """From 0 to 1."""


@dataclass(frozen=True, slots=True)
class Period:
    """Days of the organisation, both included; narrower where instants were named, the last included too."""

    first: date
    last: date
    zone: ZoneInfo
    since: datetime | None = None
    until: datetime | None = None

    @property
    def begins(self) -> datetime:
        return self.since or datetime.combine(self.first, time(), self.zone)

    @property
    def ends(self) -> datetime:
        """The first instant after it."""
        if self.until is not None:
            return self.until + timedelta(microseconds=1)
        return datetime.combine(self.last + timedelta(days=1), time(), self.zone)

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Question:
    """`selection` says which tickets count, by the conditions of the list; it holds the viewer's rights.

    `conditions` are the same as parameters of an address, so that links and pages repeat them.
    """

    report: ReportName
    period: Period
    selection: Selection
    interval: Interval | None = None
    by: tuple[Axis, ...] = ()
    conditions: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Column:
    """`name` is the API's, `title` a catalog id for people."""

    name: str
    type: ColumnType
    title: str
    unit: Unit = Unit.NONE


@dataclass(frozen=True, slots=True)
class Table:
    """Rows have a cell for each column. `links[n]` opens the tickets that row n counts; empty where nothing can.

    `totals` are over the whole period, by column name: where tickets are counted once, not the sum of rows.
    """

    columns: tuple[Column, ...]
    rows: Sequence[tuple[Any, ...]]
    totals: dict[str, Any] = field(default_factory=dict)
    links: Sequence[str] = ()
