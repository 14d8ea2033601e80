"""A period in its intervals: which they are, and into which of them what the database numbered falls."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from app.core.errors import Invalid
from app.core.i18n import mark
from app.core.local_time import DAY, HOUR, Stretch, day_number, stretches
from app.reports.values import Interval, Period

MOST = 10_000
DAYS_TO_MONDAY, WEEK = 3, 7
"""The first day of 1970 was a Thursday."""

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Slot:
    """One interval: `label` is its first day, or its first instant where it is an hour. `ends` is no longer in it."""

    label: date | datetime
    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Slots:
    """`place_of` leads from the number that the database gives an interval to the place of its slot.

    Hours and days are numbered since 1970, weeks from the first Monday on, months by `month_starts`, the days on which
    the further ones begin.
    """

    slots: Sequence[Slot]
    place_of: Mapping[int, int]
    interval: Interval
    clock: tuple[Stretch, ...]
    month_starts: tuple[int, ...] = ()

    @property
    def unit(self) -> int:
        return HOUR if self.interval is Interval.HOUR else DAY

    def boundary(self, at: datetime) -> int | None:
        """The number of a full day or hour; None between two of them."""
        seconds = int(at.timestamp())
        ahead = next(each.ahead for each in self.clock if each.until is None or seconds < each.until)
        is_full = not at.microsecond and not (seconds + ahead) % self.unit
        return (seconds + ahead) // self.unit if is_full else None


def slots_of(period: Period, interval: Interval) -> Slots:
    """Raises Invalid where there would be more than anybody reads."""
    return _hours(period) if interval is Interval.HOUR else _days(period, interval, clock_of(period))


def clock_of(period: Period) -> tuple[Stretch, ...]:
    return stretches(period.zone, period.begins, period.ends)


def first_of(day: date, interval: Interval) -> date:
    """The first day of the interval that a day is in."""
    if interval is Interval.WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if interval is Interval.MONTH else day


def midnight(day: date, period: Period) -> datetime:
    return datetime.combine(day, time(), period.zone)


def _days(period: Period, interval: Interval, clock: tuple[Stretch, ...]) -> Slots:
    last = (period.ends - timedelta(microseconds=1)).astimezone(period.zone).date()
    first = period.begins.astimezone(period.zone).date()
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    starts = list(dict.fromkeys(first_of(day, interval) for day in days))
    _require_few(starts)
    place_of = {_number(start, place, interval): place for place, start in enumerate(starts)}
    month_starts = tuple(day_number(start) for start in starts[1:]) if interval is Interval.MONTH else ()
    ends = [*starts[1:], last + ONE_DAY]
    found = [
        Slot(start, max(midnight(start, period), period.begins), min(midnight(end, period), period.ends))
        for start, end in zip(starts, ends, strict=True)
    ]
    return Slots(found, place_of, interval, clock, month_starts)


def _number(start: date, place: int, interval: Interval) -> int:
    if interval is Interval.MONTH:
        return place
    return (day_number(start) + DAYS_TO_MONDAY) // WEEK if interval is Interval.WEEK else day_number(start)


def _hours(period: Period) -> Slots:
    """From full hour to full hour by the clock on the wall, also where that is half an hour off UTC."""
    off = _off(period)
    first = (int(period.begins.timestamp()) + off) // HOUR
    last = -((-int(period.ends.timestamp()) - off) // HOUR)
    numbers = range(first, max(last, first + 1))
    _require_few(numbers)
    found = []
    for number in numbers:
        begins = datetime.fromtimestamp(number * HOUR - off, UTC)
        ends = begins + timedelta(hours=1)
        found.append(Slot(begins, max(begins, period.begins), min(ends, period.ends)))
    places = {number: place for place, number in enumerate(numbers)}
    return Slots(found, places, Interval.HOUR, (Stretch(None, off),))


def _off(period: Period) -> int:
    offset = period.begins.astimezone(period.zone).utcoffset()
    assert offset is not None
    return int(offset.total_seconds()) % HOUR


def _require_few(starts: Sequence[object]) -> None:
    if len(starts) > MOST:
        raise Invalid("interval", mark("These are more than {most} rows: choose a shorter period."), most=MOST)
