"""Seconds in which somebody works, between two instants, and the instant after so many of them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from app.channels.business_time import Calendar, Version, calendar_of
from app.channels.hours import Hours

TOKYO = ZoneInfo("Asia/Tokyo")
NINE_TO_SIX = ((540, 1080),)
WEEK = (NINE_TO_SIX,) * 5 + ((), ())
USUAL = Hours(TOKYO, WEEK)
CALENDAR = calendar_of(TOKYO, USUAL)
BREAK = Hours(TOKYO, (((540, 720), (780, 1080)),) * 5 + ((), ()))
ALWAYS = Hours(TOKYO, (((0, 1440),),) * 7, keeps_holidays=False)
NEVER = Hours(TOKYO, ((),) * 7)


def at(text: str, zone: ZoneInfo = TOKYO) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def minutes(begin: str, end: str, calendar: Calendar = CALENDAR) -> float:
    return calendar.business_seconds(at(begin), at(end)) / 60


@pytest.mark.parametrize(
    ("received", "answered", "expected"),
    [
        ("2026-11-15 15:00", "2026-11-16 10:15", 75),
        ("2026-11-13 15:00", "2026-11-16 10:15", 255),
        ("2026-11-13 19:00", "2026-11-16 08:45", 0),
    ],
    ids=["Sunday to Monday", "Friday to Monday", "after closing to before opening"],
)
def test_the_examples_that_everybody_agreed_on(received: str, answered: str, expected: int) -> None:
    assert minutes(received, answered) == expected


def test_breaks_holidays_and_closures_are_no_business_time() -> None:
    closed = Hours(TOKYO, WEEK, closures=frozenset({date(2026, 12, 29), date(2026, 12, 30)}))

    assert minutes("2026-11-16 11:00", "2026-11-16 14:00", calendar_of(TOKYO, BREAK)) == 120
    assert minutes("2026-11-20 17:00", "2026-11-24 10:00") == 120
    assert minutes("2026-12-28 17:00", "2026-12-31 10:00", calendar_of(TOKYO, closed)) == 120


def test_a_day_may_end_at_midnight_and_the_next_begin_there() -> None:
    calendar = calendar_of(TOKYO, ALWAYS)

    assert minutes("2026-11-16 23:30", "2026-11-17 00:30", calendar) == 60
    assert calendar.after(at("2026-11-16 23:30"), 3600) == at("2026-11-17 00:30")
    assert calendar.after(at("2026-11-16 23:30"), 1800) == at("2026-11-17 00:00")


def test_where_the_clocks_change_a_day_has_the_hours_that_it_has() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    calendar = calendar_of(berlin, Hours(berlin, (((0, 1440),),) * 7, keeps_holidays=False))
    swallowed = calendar_of(berlin, Hours(berlin, (((135, 165), (200, 210)),) * 7, keeps_holidays=False))

    spring = calendar.business_seconds(at("2026-03-29 00:00", berlin), at("2026-03-30 00:00", berlin))
    autumn = calendar.business_seconds(at("2026-10-25 00:00", berlin), at("2026-10-26 00:00", berlin))

    assert (spring, autumn) == (23 * 3600, 25 * 3600)
    assert swallowed.business_seconds(at("2026-03-29 00:00", berlin), at("2026-03-30 00:00", berlin)) >= 0


def test_each_day_has_the_hours_of_the_version_that_held_then() -> None:
    mornings = Version(1, date(2026, 11, 17), Hours(TOKYO, (((540, 720),),) * 5 + ((), ())))
    whole = calendar_of(TOKYO, USUAL, [Version(2, date(2026, 11, 19), ALWAYS), mornings])

    assert minutes("2026-11-16 00:00", "2026-11-17 00:00", whole) == 9 * 60
    assert minutes("2026-11-17 00:00", "2026-11-19 00:00", whole) == 6 * 60
    assert minutes("2026-11-19 00:00", "2026-11-20 00:00", whole) == 24 * 60
    assert whole.number == 2


def test_a_channels_own_hours_hold_from_their_first_day_and_the_organisations_before() -> None:
    organisation = [Version(1, date(2026, 11, 17), BREAK), Version(3, date(2026, 11, 25), ALWAYS)]
    calendar = calendar_of(TOKYO, USUAL, organisation, [Version(2, date(2026, 11, 18), NEVER)])

    assert minutes("2026-11-16 00:00", "2026-11-17 00:00", calendar) == 9 * 60
    assert minutes("2026-11-17 00:00", "2026-11-18 00:00", calendar) == 8 * 60
    assert minutes("2026-11-18 00:00", "2026-11-30 00:00", calendar) == 0


def test_the_instant_after_is_the_first_at_which_so_much_has_passed() -> None:
    assert CALENDAR.after(at("2026-11-20 17:00"), 2 * 3600) == at("2026-11-24 10:00")
    assert CALENDAR.after(at("2026-11-20 17:00"), 3600) == at("2026-11-20 18:00")
    assert CALENDAR.after(at("2026-11-21 12:00"), 0) == at("2026-11-21 12:00")
    assert CALENDAR.after(at("2026-12-31 17:30"), 3600) == at("2027-01-04 09:30")


def test_where_nobody_ever_works_nothing_ever_falls_due() -> None:
    with pytest.raises(ValueError, match="never"):
        calendar_of(TOKYO, NEVER).after(at("2026-11-20 17:00"), 1)


def test_an_end_that_is_not_later_is_no_time() -> None:
    assert minutes("2026-11-16 12:00", "2026-11-16 12:00") == 0
    assert minutes("2026-11-16 12:00", "2026-11-16 10:00") == 0


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "Europe/Berlin", "America/New_York"])
def test_it_agrees_with_counting_minute_by_minute(zone: str) -> None:
    where, random = ZoneInfo(zone), Random(8)
    hours = Hours(where, (((0, 90), (185, 720), (780, 1440)),) * 6 + ((),), closures=frozenset({date(2026, 3, 30)}))
    calendar = calendar_of(where, hours)
    for _ in range(30):
        begin = at("2026-03-25 00:00", where) + timedelta(minutes=random.randrange(10 * 1440))
        count = random.randrange(3 * 1440)
        counted = sum(hours.is_open(begin + timedelta(minutes=n)) for n in range(count))

        assert calendar.business_seconds(begin, begin + timedelta(minutes=count)) == counted * 60
        if counted:
            until = calendar.after(begin, counted * 60)
            assert calendar.business_seconds(begin, until) == counted * 60
            assert calendar.business_seconds(begin, until - timedelta(seconds=1)) == counted * 60 - 1


def test_a_year_is_worked_out_once_however_often_it_is_asked_about(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[date] = []
    kept = Hours.stretches_on

    def note(hours: Hours, day: date) -> Iterator[tuple[datetime, datetime]]:
        asked.append(day)
        return kept(hours, day)

    monkeypatch.setattr(Hours, "stretches_on", note)
    calendar = calendar_of(TOKYO, USUAL)

    for number in range(1000):
        calendar.business_seconds(at("2026-01-05 10:00"), at("2026-01-05 10:00") + timedelta(hours=number))

    assert len(asked) == 365
