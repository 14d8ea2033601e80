"""Time as those count it who wait for an answer: the hours in which somebody works. Pure.

A year's stretches are worked out once and summed up by day, so that a span of years costs what a span of minutes does.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from app.channels.hours import Hours

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
SECOND = 1_000_000
DAY = timedelta(days=1)
YEARS_AHEAD = 100
"""What has not come by then never comes: some calendar is closed for good."""

Stretch = tuple[int, int]
"""From and to, in microseconds since the epoch."""


@dataclass(frozen=True, slots=True)
class Version:
    """Hours that hold from a day on. The number is its row's; 0 is what holds where nobody has said anything."""

    number: int
    valid_from: date
    hours: Hours


@dataclass(frozen=True, slots=True)
class Year:
    first: date
    days: tuple[tuple[Stretch, ...], ...]
    before: tuple[int, ...]
    """How much was open before each day, and, last, in the whole year."""

    @property
    def total(self) -> int:
        return self.before[-1]

    def open_until(self, day: date, at: int) -> int:
        """From the year's beginning to an instant of the day."""
        number = (day - self.first).days
        return self.before[number] + sum(min(end, at) - begin for begin, end in self.days[number] if begin < at)

    def reached(self, amount: int) -> int:
        """The first instant at which so much of the year was open; at least 1, and no more than the whole."""
        number = bisect_left(self.before, amount) - 1
        left = amount - self.before[number]
        for begin, end in self.days[number]:
            if left <= end - begin:
                return begin + left
            left -= end - begin
        raise ValueError("a day holds less than its sum")


@dataclass(frozen=True, slots=True)
class Calendar:
    """One channel's hours through time. Of several versions the newest that holds on a day counts."""

    zone: ZoneInfo
    versions: tuple[Version, ...]
    """By the day from which they hold; the first holds for all that was before it too."""
    _years: dict[int, Year] = field(default_factory=dict, compare=False, repr=False)

    @property
    def number(self) -> int:
        """Of the newest version there is: a figure that was worked out with another one is not of today."""
        return max(version.number for version in self.versions)

    def business_seconds(self, begin: datetime, end: datetime) -> int:
        """Whole seconds of open hours between two instants; 0 where the end is not later."""
        if end <= begin:
            return 0
        first, last = self._day(begin), self._day(end)
        whole = sum(self._year(year).total for year in range(first.year, last.year))
        until = self._year(last.year).open_until(last, _number(end))
        return (whole + until - self._year(first.year).open_until(first, _number(begin))) // SECOND

    def after(self, begin: datetime, seconds: int) -> datetime:
        """The first instant at which so much open time has passed. Raises ValueError where it never will."""
        if seconds <= 0:
            return begin
        day = self._day(begin)
        amount = self._year(day.year).open_until(day, _number(begin)) + seconds * SECOND
        for number in range(day.year, day.year + YEARS_AHEAD):
            year = self._year(number)
            if amount <= year.total:
                return EPOCH + timedelta(microseconds=year.reached(amount))
            amount -= year.total
        raise ValueError("so much open time never passes")

    def hours_on(self, day: date) -> Hours:
        held = self.versions[0]
        for version in self.versions:
            if version.valid_from <= day:
                held = version
        return held.hours

    def _day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def _year(self, number: int) -> Year:
        year = self._years.get(number)
        if year is None:
            year = self._years[number] = self._worked_out(number)
        return year

    def _worked_out(self, number: int) -> Year:
        first = date(number, 1, 1)
        count = (date(number + 1, 1, 1) - first).days
        days = tuple(tuple(_stretches(self.hours_on(day), day)) for day in (first + n * DAY for n in range(count)))
        sums = accumulate((sum(end - begin for begin, end in day) for day in days), initial=0)
        return Year(first, days, tuple(sums))


def calendar_of(zone: ZoneInfo, default: Hours, *layers: Sequence[Version]) -> Calendar:
    """The organisation's versions, and over them, from its first on, a channel's own."""
    versions = [Version(0, date.min, default)]
    for layer in layers:
        ordered = sorted(layer, key=lambda version: (version.valid_from, version.number))
        if ordered:
            versions = [each for each in versions if each.valid_from < ordered[0].valid_from] + ordered
    return Calendar(zone, tuple(versions))


def _stretches(hours: Hours, day: date) -> Iterable[Stretch]:
    """Where a change of the hour swallows one, it is not there."""
    for begin, end in hours.stretches_on(day):
        if _number(begin) < _number(end):
            yield _number(begin), _number(end)


def _number(at: datetime) -> int:
    return (at.astimezone(UTC) - EPOCH) // MICROSECOND
