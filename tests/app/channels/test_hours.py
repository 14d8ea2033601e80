"""When a channel is open: weekly hours less holidays and closures, in the zone of the desk."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from app.channels.holidays import holidays_of, is_holiday
from app.channels.hours import Hours, read_hours
from app.channels.hours_forms import HoursForm, as_written

TOKYO = ZoneInfo("Asia/Tokyo")
USUAL = ((540, 720), (780, 1080))
HOURS = Hours(TOKYO, (USUAL,) * 5 + ((), ()), closures=frozenset({date(2026, 12, 29)}))


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=TOKYO).astimezone(UTC)


@pytest.mark.parametrize(
    ("instant", "is_open"),
    [
        (at(20, 9), True),
        (at(20, 8, 59), False),
        (at(20, 12), False),
        (at(20, 13), True),
        (at(20, 17, 59), True),
        (at(20, 18), False),
        (at(21, 10), False),
        (at(23, 10), False),
        (at(24, 10), True),
        (at(29, 10, month=12), False),
    ],
)
def test_it_is_open_in_its_hours_but_on_weekends_holidays_and_closures(instant: datetime, is_open: bool) -> None:
    assert HOURS.is_open(instant) is is_open


def test_after_a_long_weekend_it_opens_on_tuesday() -> None:
    assert HOURS.opens_at(at(20, 18)) == at(24, 9)
    assert HOURS.opens_at(at(20, 12, 30)) == at(20, 13)
    assert HOURS.opens_at(at(20, 10)) == at(20, 10)
    assert Hours(TOKYO, ((),) * 7).opens_at(at(20, 10)) is None


def test_a_day_may_end_at_midnight() -> None:
    whole = Hours(TOKYO, (((0, 1440),),) * 7, keeps_holidays=False)

    assert whole.is_open(at(23, 23, 59))
    assert whole.is_open(at(24, 0))


def test_holidays_are_those_of_the_law() -> None:
    of_2026 = "0101 0112 0211 0223 0320 0429 0503 0504 0505 0506 0720 0811 0921 0922 0923 1012 1103 1123"
    of_2027 = "0101 0111 0211 0223 0321 0322 0429 0503 0504 0505 0719 0811 0920 0923 1011 1103 1123"
    of_2021 = "0101 0111 0211 0223 0320 0429 0503 0504 0505 0722 0723 0808 0809 0920 0923 1103 1123"

    for year, days in ((2026, of_2026), (2027, of_2027), (2021, of_2021)):
        assert " ".join(f"{day:%m%d}" for day in sorted(holidays_of(year))) == days
    assert not is_holiday(date(2026, 12, 25))


def test_what_is_written_is_kept_and_shown_as_it_was_written() -> None:
    written = {"monday": "９：００〜12:00、13:00-18:00", "sunday": "", "keeps_holidays": True}
    form = HoursForm.model_validate({**written, "closures": "2026/12/29~2026-12-31\n2027-01-02"})

    kept = form.hours()
    hours = read_hours({"hours": kept}, TOKYO)
    shown = as_written(kept)

    assert hours is not None
    assert hours.days[0] == USUAL
    assert len(hours.closures) == 4
    assert shown["monday"] == "9:00-12:00, 13:00-18:00"
    assert shown["closures"] == "2026-12-29~2026-12-31\n2027-01-02"


@pytest.mark.parametrize("wrong", ["9-18", "18:00-9:00", "9:00-25:00", "9:60-10:00", "9:00-12:00, 11:00-13:00"])
def test_hours_that_make_no_sense_are_refused(wrong: str) -> None:
    with pytest.raises(ValidationError, match="Write it as"):
        HoursForm.model_validate({"monday": wrong})


@pytest.mark.parametrize("wrong", ["12/29", "2026-02-30", "2026-12-31~2026-12-29", "2026-01-01~2099-01-01"])
def test_closures_that_are_no_days_are_refused(wrong: str) -> None:
    with pytest.raises(ValidationError, match="one day a line"):
        HoursForm.model_validate({"closures": wrong})


def test_without_hours_nobody_is_ever_closed() -> None:
    assert HoursForm.model_validate({"keeps_holidays": True}).hours() is None
    assert read_hours({}, TOKYO) is None
