"""Tables as rows of plain values, the same from either database: what a backup is made of.

A value is what JSON knows: an instant is a text in UTC to the microsecond, a day a text too, a JSON column the text
that it holds.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Protocol

from sqlalchemy import Boolean, Date, Table

from app.core.base import UTCDateTime

ROWS_AT_ONCE = 500

Row = list[Any]


class Snapshot(Protocol):
    """All tables as they were at one moment; nobody who writes waits for it."""

    def rows(self, table: Table) -> AsyncIterator[Sequence[Row]]:
        """In no order, a few at a time."""
        ...

    async def last_ids(self) -> Mapping[str, int]:
        """The highest number that each table has ever given out, by its name."""
        ...


class Loading(Protocol):
    """Rows on their way into the session's unit of work. They may come before those that they name."""

    async def add(self, table: Table, rows: Sequence[Row]) -> None: ...

    async def set_last_ids(self, last_ids: Mapping[str, int]) -> None:
        """From here on no table gives out these numbers or lower ones."""
        ...


def names_of(table: Table) -> list[str]:
    return [column.name for column in table.columns]


def places_of(table: Table, kind: type[Any]) -> list[int]:
    """Of the columns that hold a certain kind of values."""
    return [place for place, column in enumerate(table.columns) if isinstance(column.type, kind)]


def instants_of(table: Table) -> list[int]:
    return places_of(table, UTCDateTime)


def days_of(table: Table) -> list[int]:
    return places_of(table, Date)


def truths_of(table: Table) -> list[int]:
    return places_of(table, Boolean)


def numbered(tables: Sequence[Table]) -> list[Table]:
    """Those that never give out a number twice."""
    return [table for table in tables if table.dialect_options["sqlite"]["autoincrement"]]


def instant_as_text(value: datetime | None) -> str | None:
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds") if value else None


def text_as_instant(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value).replace(tzinfo=UTC) if value else None


def day_as_text(value: date | None) -> str | None:
    return value.isoformat() if value else None


def text_as_day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
