"""The national holidays of Japan, by the law of 1948 as it stands since 2020 (国民の祝日に関する法律). Pure.

A package that knows every country's costs 46 MB of memory and half a second; the tests hold these rules against a list.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

FIXED = ((1, 1), (2, 11), (2, 23), (4, 29), (5, 3), (5, 4), (5, 5), (8, 11), (11, 3), (11, 23))
MONDAYS = ((1, 2), (7, 3), (9, 3), (10, 2))
"""Month, and which Monday of it."""
MOVED = {
    date(2020, 7, 20): date(2020, 7, 23),
    date(2020, 10, 12): date(2020, 7, 24),
    date(2020, 8, 11): date(2020, 8, 10),
    date(2021, 7, 19): date(2021, 7, 22),
    date(2021, 10, 11): date(2021, 7, 23),
    date(2021, 8, 11): date(2021, 8, 8),
}
"""For the games of Tokyo."""
DAY = timedelta(days=1)
MONDAY, SUNDAY = 0, 6


def is_holiday(day: date) -> bool:
    """Of 2020 to 2099."""
    return day in holidays_of(day.year)


@lru_cache(maxsize=16)
def holidays_of(year: int) -> frozenset[date]:
    named = {MOVED.get(day, day) for day in _named(year)}
    instead = {_next_free(day, named) for day in named if day.weekday() == SUNDAY}
    between = {day + DAY for day in named if day + 2 * DAY in named and (day + DAY).weekday() != SUNDAY}
    return frozenset(named | instead | between)


def _named(year: int) -> Iterator[date]:
    for month, day in FIXED:
        yield date(year, month, day)
    for month, which in MONDAYS:
        first = date(year, month, 1)
        yield first + ((MONDAY - first.weekday()) % 7 + 7 * (which - 1)) * DAY
    yield date(year, 3, _equinox(20.8431, year))
    yield date(year, 9, _equinox(23.2488, year))


def _equinox(in_1980: float, year: int) -> int:
    """The day on which it falls in Japan; the usual approximation for 1980 to 2099."""
    years = year - 1980
    return int(in_1980 + 0.242194 * years - years // 4)


def _next_free(day: date, named: set[date]) -> date:
    """A holiday on a Sunday is made up for on the next day that is none."""
    while day in named:
        day += DAY
    return day
