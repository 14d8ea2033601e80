"""Days and hours of a zone, counted by the database: whole numbers since 1970, the same on both."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Integer, case, literal_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

MINUTE, HOUR, DAY = 60, 3600, 86400
LIKE_DIVISION = 8
EPOCH_DAY = date(1970, 1, 1).toordinal()
SEARCH_STEP = timedelta(days=7)


class whole_seconds(FunctionElement[int]):  # noqa: N801  # a function of SQL
    """Since 1970, down to the second."""

    type = Integer()
    inherit_cache = True
    name = "whole_seconds"


class seconds_up(FunctionElement[int]):  # noqa: N801  # a function of SQL
    """Since 1970, up to the next whole second."""

    type = Integer()
    inherit_cache = True
    name = "seconds_up"


@compiles(whole_seconds, "sqlite")
def _down_on_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return f"CAST(strftime('%s', {compiler.process(element.clauses, **options)}) AS INTEGER)"


@compiles(whole_seconds, "postgresql")
def _down_on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    return f"CAST(floor(extract(epoch FROM {compiler.process(element.clauses, **options)})) AS BIGINT)"


@compiles(seconds_up, "sqlite")
def _up_on_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    column = compiler.process(element.clauses, **options)
    return f"(CAST(strftime('%s', {column}) AS INTEGER) + (substr({column}, 21) > '000000'))"


@compiles(seconds_up, "postgresql")
def _up_on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    return f"CAST(ceil(extract(epoch FROM {compiler.process(element.clauses, **options)})) AS BIGINT)"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Until this second since 1970 (none: for good) the zone is this many seconds ahead of UTC."""

    until: int | None
    ahead: int


def stretches(zone: ZoneInfo, begins: datetime, ends: datetime) -> tuple[Stretch, ...]:
    """The zone's offsets between two instants; one, where no clock is changed."""
    found: list[Stretch] = []
    at, ends = begins.astimezone(UTC), ends.astimezone(UTC)
    while at < ends:
        further = min(at + SEARCH_STEP, ends)
        if _ahead(zone, at) != _ahead(zone, further):
            found.append(Stretch(_change(zone, at, further), _ahead(zone, at)))
        at = further
    return (*found, Stretch(None, _ahead(zone, ends)))


def local(seconds: ColumnElement[int], zone: Sequence[Stretch]) -> ColumnElement[int]:
    """Seconds since 1970 as the clock on the wall has them."""
    last = zone[-1].ahead
    if len(zone) == 1:
        return seconds + literal_column(str(last))
    steps: list[Any] = [
        (seconds < literal_column(str(each.until)), literal_column(str(each.ahead))) for each in zone[:-1]
    ]
    return seconds + case(*steps, else_=literal_column(str(last)))


def whole(value: ColumnElement[int], unit: int) -> ColumnElement[int]:
    """How many whole units; the numbers are of our time, never negative."""
    return value.op("/", precedence=LIKE_DIVISION, return_type=Integer())(literal_column(str(unit)))


def local_day(column: Any, zone: Sequence[Stretch]) -> ColumnElement[int]:
    return whole(local(whole_seconds(column), zone), DAY)


def local_hour(column: Any, zone: Sequence[Stretch]) -> ColumnElement[int]:
    """Hours since 1970; modulo 24 it is that of the clock."""
    return whole(local(whole_seconds(column), zone), HOUR)


def day_minute(column: Any, zone: Sequence[Stretch]) -> ColumnElement[int]:
    """That of the day, by the clock."""
    return whole(local(whole_seconds(column), zone), MINUTE) % literal_column(str(DAY // MINUTE))


def weekday_of(hours: ColumnElement[int]) -> ColumnElement[int]:
    """1 is Monday; the first day of 1970 was a Thursday."""
    return (whole(hours, 24) + literal_column("3")) % literal_column("7") + literal_column("1")


def day_hour_of(hours: ColumnElement[int]) -> ColumnElement[int]:
    return hours % literal_column("24")


def day_number(day: date) -> int:
    return day.toordinal() - EPOCH_DAY


def _ahead(zone: ZoneInfo, at: datetime) -> int:
    offset = at.astimezone(zone).utcoffset()
    assert offset is not None
    return int(offset.total_seconds())


def _change(zone: ZoneInfo, low: datetime, high: datetime) -> int:
    """The second from which on the offset is the later one."""
    first, last = int(low.timestamp()), int(high.timestamp())
    before = _ahead(zone, low)
    while last - first > 1:
        middle = (first + last) // 2
        if _ahead(zone, datetime.fromtimestamp(middle, low.tzinfo)) == before:
            first = middle
        else:
            last = middle
    return last
