"""What is owed and until when, from what happened: no database, no clock."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from app.channels.business_time import calendar_of
from app.channels.calendars import usual_hours
from app.channels.hours import Hours
from app.sla.forms import PolicyForm, as_written, read_time
from app.sla.models import DeadlineKind, DeadlinePolicy, Reckoned, Step, TicketDeadline
from app.sla.policies import pick, ranked
from app.sla.reckoning import Inquiry, Stretch, Terms, Word, owed, reckon, turns_of
from app.tickets.models import Priority

TOKYO = ZoneInfo("Asia/Tokyo")
USUAL = calendar_of(TOKYO, usual_hours(TOKYO))
MONDAY = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)
"""Ten o'clock in Tokyo."""
HOUR = 3600
FIRST, NEXT, RESOLUTION = DeadlineKind.FIRST_REPLY, DeadlineKind.NEXT_REPLY, DeadlineKind.RESOLUTION


def at(hours: float) -> datetime:
    return MONDAY + timedelta(hours=hours)


def terms(hours: float, *, share: int | None = 75, raised: int | None = HOUR, is_business: bool = True) -> Terms:
    return Terms(int(hours * HOUR), share, raised, USUAL if is_business else None)


def inquiry(
    *words: Word,
    is_open: bool = True,
    is_imported: bool = False,
    has_first_reply: bool = False,
    reopened_at: datetime | None = None,
    turns: tuple[Stretch, ...] = (Stretch(MONDAY, None),),
) -> Inquiry:
    return Inquiry(MONDAY, is_open, is_imported, has_first_reply, reopened_at, words, turns)


def test_a_new_inquiry_is_owed_a_first_reply_and_a_solution() -> None:
    assert owed(inquiry(Word(MONDAY, is_ours=False))) == {RESOLUTION: MONDAY, FIRST: MONDAY}


def test_what_we_have_answered_is_owed_a_solution_alone_until_the_customer_writes() -> None:
    spoken = (Word(MONDAY, is_ours=False), Word(at(1), is_ours=True))

    assert owed(inquiry(*spoken, has_first_reply=True)) == {RESOLUTION: MONDAY}
    asked = inquiry(*spoken, Word(at(2), is_ours=False), Word(at(3), is_ours=False), has_first_reply=True)
    assert owed(asked) == {RESOLUTION: MONDAY, NEXT: at(2)}


def test_what_is_over_is_owed_nothing() -> None:
    assert owed(inquiry(Word(MONDAY, is_ours=False), is_open=False)) == {}


def test_what_was_reopened_begins_anew_and_what_was_imported_begins_only_then() -> None:
    words = (Word(MONDAY, is_ours=False),)

    assert owed(inquiry(*words, reopened_at=at(30))) == {RESOLUTION: at(30), FIRST: at(30)}
    assert owed(inquiry(*words, is_imported=True)) == {}
    assert owed(inquiry(*words, is_imported=True, reopened_at=at(30)))[RESOLUTION] == at(30)


def test_business_time_runs_over_nights_and_holidays_without_counting_them() -> None:
    friday = MONDAY + timedelta(days=4, hours=7)
    reckoned = reckon([Stretch(friday, None)], terms(4))

    assert reckoned.due_at == datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
    assert reckoned.warn_at == datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
    assert reckoned.raise_at == datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
    assert reckon([Stretch(friday, None)], terms(4, is_business=False)).due_at == friday + timedelta(hours=4)


def test_while_the_customer_is_asked_the_clock_stands_still_and_goes_on_when_they_answer() -> None:
    paused = [Stretch(MONDAY, at(2))]
    assert reckon(paused, terms(4)) == Reckoned(None, 2 * HOUR)

    going_on = [*paused, Stretch(at(5), None)]
    assert reckon(going_on, terms(4)).due_at == at(7)

    assert reckon([Stretch(MONDAY, at(6))], terms(4)).due_at == at(4)


def test_a_reply_is_waited_for_without_a_pause() -> None:
    paused = inquiry(turns=(Stretch(MONDAY, at(1)),))

    assert turns_of(paused, FIRST, at(0)) == [Stretch(at(0), None)]
    assert turns_of(paused, RESOLUTION, at(0)) == [Stretch(MONDAY, at(1))]
    assert turns_of(paused, RESOLUTION, at(2)) == []


def test_where_nobody_ever_works_nothing_falls_due() -> None:
    never = calendar_of(TOKYO, Hours(TOKYO, ((),) * 7))

    assert reckon([Stretch(MONDAY, None)], Terms(HOUR, 75, HOUR, never)) == Reckoned(None, HOUR)


def test_each_step_is_told_once_and_a_later_one_makes_an_earlier_no_news() -> None:
    deadline = TicketDeadline()
    deadline.move(Reckoned(at(4), None, at(3), at(5)), at=MONDAY, is_quiet=False)

    assert (deadline.next_at, deadline.pass_steps(at(2))) == (at(3), [])
    assert (deadline.pass_steps(at(3)), deadline.next_at) == ([Step.WARNED], at(4))
    assert (deadline.pass_steps(at(4)), deadline.next_at) == ([Step.MISSED], at(5))
    assert (deadline.pass_steps(at(9)), deadline.next_at) == ([Step.RAISED], None)
    assert deadline.pass_steps(at(10)) == []


def test_after_a_night_without_a_schedule_it_is_late_and_nobody_is_warned() -> None:
    deadline = TicketDeadline()
    deadline.move(Reckoned(at(4), None, at(3), at(9)), at=MONDAY, is_quiet=False)

    assert deadline.pass_steps(at(8)) == [Step.MISSED]
    assert deadline.next_at == at(9)


def test_another_time_is_told_anew_and_a_quiet_one_not_at_all() -> None:
    deadline = TicketDeadline()
    deadline.move(Reckoned(at(4), None, at(3)), at=at(5), is_quiet=True)
    assert deadline.pass_steps(at(5)) == []

    deadline.move(Reckoned(at(8), None, at(7)), at=at(5), is_quiet=False)

    assert deadline.pass_steps(at(8)) == [Step.MISSED]


def _policy(number: int, **named: object) -> DeadlinePolicy:
    return DeadlinePolicy(id=number, **named)


def test_of_the_rules_the_most_special_holds() -> None:
    rules = [
        _policy(1),
        _policy(2, channel_id=7),
        _policy(3, priority=Priority.URGENT),
        _policy(4, category_id=3),
        _policy(5, category_id=17),
        _policy(6, category_id=3, channel_id=7),
    ]
    ordered = ranked(rules, {3: 1, 17: 2})

    def number(channel_id: int, path: str, priority: Priority = Priority.NORMAL) -> int:
        found = pick(ordered, channel_id=channel_id, category_path=path, priority=priority)
        return found.id if found else 0

    assert [rule.id for rule in ordered] == [6, 5, 4, 3, 2, 1]
    assert number(1, "") == 1
    assert number(7, "") == 2
    assert number(7, "", Priority.URGENT) == 3
    assert number(1, "/3/17/") == 5
    assert number(7, "/3/17/") == 6
    assert pick([_policy(1, channel_id=7)], channel_id=1, category_path="", priority=Priority.LOW) is None


@pytest.mark.parametrize(("written", "seconds"), [("4", 14400), ("0.5", 1800), ("１：３０", 5400), ("", None)])
def test_times_are_written_as_people_say_them(written: str, seconds: int | None) -> None:
    assert read_time(written) == seconds
    assert read_time(as_written(seconds)) == seconds


@pytest.mark.parametrize("wrong", ["0", "-1", "four", "1:75", "100000", "4h"])
def test_what_is_no_time_is_refused(wrong: str) -> None:
    with pytest.raises(ValidationError):
        PolicyForm.model_validate({"first_reply": wrong})


@pytest.mark.parametrize(
    ("share", "before", "expected"),
    [
        (None, 3600, 3.0),
        (50, 3600, 2.0),
        (90, 3600, 3.0),
        (None, 4 * 3600, None),
        (50, 5 * 3600, 2.0),
        (None, None, None),
    ],
)
def test_of_percent_and_time_before_the_first_warns(
    share: int | None, before: int | None, expected: float | None
) -> None:
    terms = Terms(4 * 3600, share, None, None, before)

    reckoned = reckon([Stretch(MONDAY, None)], terms)

    assert reckoned.warn_at == (None if expected is None else MONDAY + timedelta(hours=expected))
