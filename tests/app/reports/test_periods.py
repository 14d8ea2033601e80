"""Which days a preset means, over the borders of months, years, fiscal years and leap days."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from app.reports.periods import Against, Preset, add_months, compared, days_of, interval_for, intervals_for
from app.reports.values import Interval, Period

TOKYO = ZoneInfo("Asia/Tokyo")


def _period(first: date, last: date) -> Period:
    return Period(first, last, TOKYO)


@pytest.mark.parametrize(
    ("preset", "today", "first", "last"),
    [
        (Preset.TODAY, date(2026, 1, 1), date(2026, 1, 1), date(2026, 1, 1)),
        (Preset.YESTERDAY, date(2024, 3, 1), date(2024, 2, 29), date(2024, 2, 29)),
        (Preset.THIS_WEEK, date(2026, 11, 22), date(2026, 11, 16), date(2026, 11, 22)),
        (Preset.THIS_WEEK, date(2026, 11, 23), date(2026, 11, 23), date(2026, 11, 23)),
        (Preset.LAST_WEEK, date(2026, 1, 1), date(2025, 12, 22), date(2025, 12, 28)),
        (Preset.THIS_MONTH, date(2026, 11, 23), date(2026, 11, 1), date(2026, 11, 23)),
        (Preset.LAST_MONTH, date(2026, 1, 31), date(2025, 12, 1), date(2025, 12, 31)),
        (Preset.LAST_MONTH, date(2024, 3, 31), date(2024, 2, 1), date(2024, 2, 29)),
        (Preset.THIS_QUARTER, date(2026, 2, 28), date(2026, 1, 1), date(2026, 2, 28)),
        (Preset.THIS_QUARTER, date(2026, 12, 31), date(2026, 10, 1), date(2026, 12, 31)),
        (Preset.THIS_FISCAL_YEAR, date(2026, 3, 31), date(2025, 4, 1), date(2026, 3, 31)),
        (Preset.THIS_FISCAL_YEAR, date(2026, 4, 1), date(2026, 4, 1), date(2026, 4, 1)),
        (Preset.LAST_FISCAL_YEAR, date(2024, 4, 1), date(2023, 4, 1), date(2024, 3, 31)),
    ],
)
def test_a_preset_means_these_days(preset: Preset, today: date, first: date, last: date) -> None:
    assert days_of(preset, today) == (first, last)


def test_the_fiscal_year_begins_where_the_organisation_says() -> None:
    assert days_of(Preset.THIS_FISCAL_YEAR, date(2026, 2, 3), 3) == (date(2025, 3, 1), date(2026, 2, 3))
    assert days_of(Preset.LAST_FISCAL_YEAR, date(2024, 3, 1), 3) == (date(2023, 3, 1), date(2024, 2, 29))
    assert days_of(Preset.THIS_QUARTER, date(2026, 2, 28), 3)[0] == date(2025, 12, 1)
    assert days_of(Preset.THIS_FISCAL_YEAR, date(2026, 1, 1), 1)[0] == date(2026, 1, 1)


@pytest.mark.parametrize(
    ("preset", "days", "against", "other"),
    [
        (Preset.TODAY, (date(2026, 3, 1), date(2026, 3, 1)), Against.BEFORE, (date(2026, 2, 28), date(2026, 2, 28))),
        (
            Preset.TODAY,
            (date(2026, 11, 23), date(2026, 11, 23)),
            Against.YEAR,
            (date(2025, 11, 24), date(2025, 11, 24)),
        ),
        (
            Preset.THIS_WEEK,
            (date(2026, 1, 5), date(2026, 1, 7)),
            Against.BEFORE,
            (date(2025, 12, 29), date(2025, 12, 31)),
        ),
        (
            Preset.THIS_MONTH,
            (date(2026, 3, 1), date(2026, 3, 30)),
            Against.BEFORE,
            (date(2026, 2, 1), date(2026, 2, 28)),
        ),
        (
            Preset.LAST_MONTH,
            (date(2026, 2, 1), date(2026, 2, 28)),
            Against.BEFORE,
            (date(2026, 1, 1), date(2026, 1, 31)),
        ),
        (Preset.LAST_MONTH, (date(2025, 2, 1), date(2025, 2, 28)), Against.YEAR, (date(2024, 2, 1), date(2024, 2, 29))),
        (Preset.CUSTOM, (date(2024, 2, 29), date(2024, 3, 20)), Against.YEAR, (date(2023, 2, 28), date(2023, 3, 20))),
        (Preset.CUSTOM, (date(2026, 5, 3), date(2026, 5, 12)), Against.BEFORE, (date(2026, 4, 23), date(2026, 5, 2))),
        (Preset.CUSTOM, (date(2026, 4, 1), date(2026, 6, 30)), Against.BEFORE, (date(2026, 1, 1), date(2026, 3, 31))),
        (
            Preset.THIS_FISCAL_YEAR,
            (date(2026, 4, 1), date(2026, 11, 23)),
            Against.BEFORE,
            (date(2025, 4, 1), date(2025, 11, 23)),
        ),
    ],
)
def test_a_period_is_compared_with_its_like(
    preset: Preset, days: tuple[date, date], against: Against, other: tuple[date, date]
) -> None:
    assert compared(_period(*days), preset, against) == _period(*other)


def test_nothing_is_compared_unless_asked_for() -> None:
    assert compared(_period(date(2026, 1, 1), date(2026, 1, 2)), Preset.CUSTOM, Against.NOTHING) is None


def test_months_are_added_over_years_and_short_months() -> None:
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2026, 1, 31), -11) == date(2025, 2, 28)
    assert add_months(date(2025, 12, 5), 1) == date(2026, 1, 5)


def test_an_interval_is_offered_where_a_chart_can_be_read() -> None:
    year = _period(date(2025, 4, 1), date(2026, 3, 31))
    day = _period(date(2026, 3, 31), date(2026, 3, 31))

    assert intervals_for(year) == (Interval.DAY, Interval.WEEK, Interval.MONTH)
    assert intervals_for(day) == tuple(Interval)
    assert (interval_for(day), interval_for(year)) == (Interval.HOUR, Interval.MONTH)
