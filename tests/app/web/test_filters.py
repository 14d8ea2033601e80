from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from app.core.i18n import use_locale
from app.web import filters

TOKYO = ZoneInfo("Asia/Tokyo")
NOON = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Event:
    kind: str
    changes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Message:
    text: str = ""
    html: str = ""


@pytest.fixture(autouse=True)
def _japanese_noon() -> Iterator[None]:
    use_locale("ja")
    with time_machine.travel(NOON, tick=False):
        yield
    use_locale("ja")


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (timedelta(seconds=59), "たった今"),
        (timedelta(minutes=5, seconds=59), "5分前"),
        (timedelta(hours=23, minutes=59), "23時間前"),
        (timedelta(days=1), "11/19 12:00"),
        (timedelta(days=365), "2025/11/20"),
    ],
)
def test_time_is_relative_under_a_day_and_a_date_after_it(age: timedelta, expected: str) -> None:
    assert filters.relative_time(NOON - age, TOKYO) == expected


def test_exact_time_is_written_in_the_organisations_zone_and_the_readers_language() -> None:
    late = datetime(2026, 11, 20, 15, 5, tzinfo=UTC)

    japanese = filters.exact_time(late, TOKYO)
    use_locale("en")
    english = filters.exact_time(late, TOKYO)

    assert (japanese, english) == ("2026年11月21日(土) 0:05", "Sat, Nov 21, 2026, 0:05")


@pytest.mark.parametrize(
    ("size", "expected"), [(0, "0 B"), (1023, "1023 B"), (150_000, "146 KB"), (26_214_400, "25.0 MB")]
)
def test_sizes_are_written_in_the_unit_that_fits(size: int, expected: str) -> None:
    assert filters.file_size(size) == expected


def test_what_is_lined_up_is_recognised() -> None:
    assert filters.has_columns("品番   数量\nA-1    3\nB-2    1")
    assert not filters.has_columns("いつもお世話になっております。\n   字下げだけの行です。")


def test_json_cannot_leave_its_script_element() -> None:
    assert "</script>" not in filters.data_json({"quote": "</script><script>"})
    assert filters.data_json(NOON) == '"2026-11-20T03:00:00.000000+00:00"'


def test_events_between_two_messages_are_one_group_and_told_ones_are_left_out() -> None:
    first, second = Message("a"), Message("b")
    assigned, moved = Event("assigned"), Event("status_changed")

    groups = filters.entry_groups([Event("opened"), first, Event("received"), assigned, moved, second])

    assert [(group.message, group.events) for group in groups] == [
        (first, ()),
        (None, (assigned, moved)),
        (second, ()),
    ]


def test_a_frame_has_a_policy_before_any_of_the_mails_markup() -> None:
    document = filters.mail_document("<p>hello</p>", "/static/css/frame.css")

    assert document.index("Content-Security-Policy") < document.index("<p>hello</p>")
    assert filters.frame_size(Message("short", "<p>short</p>")) == "short"
    assert filters.frame_size(Message("short", '<img src="/a">')) == "medium"
    assert filters.frame_size(Message("長い" * 2000)) == "long"


def test_a_browser_is_named_though_it_claims_to_be_others() -> None:
    assert filters.browser_name("Mozilla/5.0 Chrome/142 Safari/537.36 Edg/142") == "Edge"
    assert filters.browser_name("") == "?"
    assert filters.initial(" 山田") == "山"
