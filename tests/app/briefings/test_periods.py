"""Which days are drafted when: weeks from Monday, months of any length, and what a sleeping desk missed."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from app.briefings import periods
from app.briefings.models import BriefingKind

TOKYO = ZoneInfo("Asia/Tokyo")
DAILY, WEEKLY, MONTHLY = BriefingKind.DAILY, BriefingKind.WEEKLY, BriefingKind.MONTHLY
SEVEN = 7 * 60


@pytest.mark.parametrize(
    ("kind", "day", "first", "last"),
    [
        (DAILY, date(2026, 11, 22), date(2026, 11, 22), date(2026, 11, 22)),
        (WEEKLY, date(2026, 11, 22), date(2026, 11, 16), date(2026, 11, 22)),
        (WEEKLY, date(2026, 11, 23), date(2026, 11, 23), date(2026, 11, 29)),
        (WEEKLY, date(2027, 1, 1), date(2026, 12, 28), date(2027, 1, 3)),
        (MONTHLY, date(2028, 2, 10), date(2028, 2, 1), date(2028, 2, 29)),
        (MONTHLY, date(2026, 12, 31), date(2026, 12, 1), date(2026, 12, 31)),
    ],
)
def test_a_day_belongs_to_a_period(kind: BriefingKind, day: date, first: date, last: date) -> None:
    assert periods.containing(kind, day) == (first, last)


def test_the_period_before_a_month_is_the_month_before() -> None:
    assert periods.before(MONTHLY, date(2026, 3, 1)) == (date(2026, 2, 1), date(2026, 2, 28))


@pytest.mark.parametrize(
    ("at", "last"),
    [
        (datetime(2026, 11, 22, 21, 59, tzinfo=UTC), date(2026, 11, 21)),
        (datetime(2026, 11, 22, 22, 0, tzinfo=UTC), date(2026, 11, 22)),
    ],
)
def test_yesterdays_is_due_at_seven_in_tokyo(at: datetime, last: date) -> None:
    assert periods.newest_due(DAILY, SEVEN, TOKYO, at=at)[1] == last


def test_what_was_missed_comes_oldest_first() -> None:
    at = datetime(2026, 11, 22, 22, 0, tzinfo=UTC)

    found = periods.missed(DAILY, SEVEN, TOKYO, through=date(2026, 11, 19), at=at)

    assert [first.day for first, _ in found] == [20, 21, 22]


def test_after_a_year_only_the_newest_are_drafted() -> None:
    at = datetime(2026, 11, 22, 22, 0, tzinfo=UTC)

    found = periods.missed(DAILY, SEVEN, TOKYO, through=date(2025, 11, 1), at=at)

    assert (len(found), found[-1][1]) == (periods.MOST_MISSED, date(2026, 11, 22))


def test_the_clock_on_the_wall_decides_over_a_change_of_the_season() -> None:
    berlin = ZoneInfo("Europe/Berlin")

    assert periods.due_at(date(2026, 10, 24), SEVEN, berlin).astimezone(UTC).hour == 6
    assert periods.due_at(date(2026, 10, 23), SEVEN, berlin).astimezone(UTC).hour == 5
