"""Long texts in several messages: nothing lost, nothing torn."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.splitting import URL, TooLong, count_units, is_inside_sign, split

PIECES = st.sampled_from(
    [
        "あ",
        "漢字",
        "。",
        "！",
        "\n",
        "\n\n",
        " ",
        "　",
        "a",
        "word. ",
        "👨‍👩‍👧‍👦",
        "🇯🇵",
        "👍🏽",
        "が",
        "ｶﾞ",
        "𠮷",
        "1️⃣",
        "https://example.jp/a?b=c。",
    ]
)
TEXTS = st.lists(PIECES, max_size=80).map("".join)


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


@given(TEXTS, st.integers(12, 60))
def test_every_part_fits_and_nothing_is_lost(text: str, limit: int) -> None:
    parts = split(text, most=10_000, limit=limit)

    assert all(0 < count_units(part) <= limit for part in parts)
    assert bare("".join(parts)) == bare(text)


@given(TEXTS, st.integers(30, 60))
def test_no_sign_and_no_address_is_torn(text: str, limit: int) -> None:
    parts, whole = split(text, most=10_000, limit=limit), text.strip()

    at = 0
    for part in parts[:-1]:
        at = whole.index(part, at) + len(part)
        assert not is_inside_sign(whole, at)
        assert not any(match.start() < at < match.end() for match in URL.finditer(whole))


@given(TEXTS, st.integers(1, 5), st.integers(20, 40))
def test_it_fits_or_says_how_much_there_is(text: str, most: int, limit: int) -> None:
    parts, over = attempt(text, most, limit)

    assert len(parts) <= most
    assert over in (0, count_units(text.strip()))
    assert not over or over > limit


def attempt(text: str, most: int, limit: int) -> tuple[tuple[str, ...], int]:
    try:
        return split(text, most=most, limit=limit), 0
    except TooLong as error:
        return (), error.units


def test_it_is_cut_between_paragraphs_before_sentences() -> None:
    text = "一つ目の文です。二つ目の文です。\n\n三つ目の文です。四つ目の文です。"

    assert split(text, most=5, limit=30) == ("一つ目の文です。二つ目の文です。", "三つ目の文です。四つ目の文です。")
    assert split(text.replace("\n\n", ""), most=5, limit=20)[0] == "一つ目の文です。二つ目の文です。"


def test_as_much_as_there_may_be_goes_in_five() -> None:
    assert [count_units(part) for part in split("あ" * 25_000, most=5, limit=5_000)] == [5000] * 5
    with pytest.raises(TooLong):
        split("あ" * 25_001, most=5, limit=5_000)


def test_a_character_of_two_units_counts_twice_and_stays_whole() -> None:
    parts = split("a" + "𠮷" * 5_000, most=5, limit=5_000)

    assert count_units("𠮷") == 2
    assert [count_units(part) for part in parts] == [4999, 5000, 2]
