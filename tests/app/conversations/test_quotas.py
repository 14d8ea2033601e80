from datetime import UTC, datetime

from app.conversations.models import Quota
from app.conversations.quotas import forecast, level, share, state_of

MIDDLE = datetime(2026, 11, 15, 15, tzinfo=UTC)
"""Midnight of the 16th in Tokyo: half of November."""


def test_it_goes_on_as_it_went_so_far() -> None:
    assert forecast(100, MIDDLE) == 200
    assert forecast(100, datetime(2026, 11, 30, 14, 59, tzinfo=UTC)) == 100


def test_the_first_hours_of_a_month_are_taken_for_a_day() -> None:
    assert forecast(2, datetime(2026, 10, 31, 15, 1, tzinfo=UTC)) == 60


def test_warnings_begin_at_80_and_at_95_percent() -> None:
    assert [level(used, 200) for used in (159, 160, 189, 190, 500)] == [0, 80, 80, 95, 95]
    assert level(10_000, None) == 0
    assert (share(1, 0), share(500, 200), share(5, None)) == (100, 100, None)


def test_what_was_used_last_month_counts_no_more() -> None:
    quota = Quota(channel_id=1, month="2026-10", allowance=200, used=200, is_exhausted=True, error="")

    state = state_of(quota, MIDDLE)

    assert (state.used, state.left, state.is_exhausted, state.level) == (0, 200, False, 0)
