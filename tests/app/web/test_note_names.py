"""Names instead of addresses in notes, and where a long thread is folded."""

from dataclasses import dataclass

import pytest

from app.web.filters import EntryGroup, far_back, linkify_note


@dataclass(frozen=True)
class Person:
    id: int
    name: str


@dataclass(frozen=True)
class Entry:
    ticket_version: int


PEOPLE = {"sato@example.jp": Person(7, "佐藤 <恵>")}
CHIP = '<span class="mention" data-agent="7" title="{}">@佐藤 &lt;恵&gt;</span>'


@pytest.mark.parametrize("written", ["sato@example.jp", "Sato@Example.jp", "ｓato＠example.jp"])
def test_an_address_is_shown_as_a_name(written: str) -> None:
    assert linkify_note(f"<i> @{written} へ", PEOPLE) == f"&lt;i&gt; {CHIP.format(written)} へ"


@pytest.mark.parametrize("written", ["@nobody@example.jp", "mail sato@example.jp", "a@sato@example.jp", "@sato"])
def test_what_is_no_mention_stays_as_it_is(written: str) -> None:
    assert linkify_note(written, PEOPLE) == written


def _thread(count: int) -> list[EntryGroup]:
    return [EntryGroup(message=Entry(version)) for version in range(1, count + 1)]


@pytest.mark.parametrize(
    ("count", "read", "far"), [(15, 15, 0), (16, 16, 10), (25, 25, 10), (26, 26, 20), (26, 12, 10), (26, 9, 0)]
)
def test_a_long_thread_is_folded_in_tens_where_it_was_read(count: int, read: int, far: int) -> None:
    assert far_back(_thread(count), read) == far
