from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from app.core.local_time import Stretch, stretches

SANTIAGO = ZoneInfo("America/Santiago")


def test_a_day_that_begins_an_hour_late_has_one_offset() -> None:
    """On 6 September 2026 there is no midnight: the clock goes from 23:59:59 to 01:00:00."""
    begins = datetime.combine(date(2026, 9, 6), time(), SANTIAGO)
    ends = datetime.combine(date(2026, 9, 7), time(), SANTIAGO)

    assert stretches(SANTIAGO, begins, ends) == (Stretch(None, -3 * 3600),)


def test_the_second_of_a_change_is_the_first_of_the_later_offset() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    begins = datetime.combine(date(2026, 10, 25), time(), berlin)
    ends = datetime.combine(date(2026, 10, 26), time(), berlin)
    change = int(datetime(2026, 10, 25, 1, tzinfo=UTC).timestamp())

    assert stretches(berlin, begins, ends) == (Stretch(change, 2 * 3600), Stretch(None, 3600))
