import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.email.quotes import split

OLD = "> 以前の文です\n> 二行目\n"


@pytest.mark.parametrize(
    "introduction",
    [
        "2024年1月15日(月) 10:20 山田太郎 <taro@example.jp>:\n\n",
        "On Mon, Jan 15, 2024 at 10:20 AM Taro Yamada <taro@example.jp> wrote:\n\n",
        "On Mon, Jan 15, 2024 at 10:20 AM Taro Yamada <\ntaro@example.jp> wrote:\n\n",
        "2024/01/15 10:20、山田太郎 <taro@example.jp>のメール:\n\n",
        "On Jan 15, 2024, at 10:20, Taro <taro@example.jp> wrote:\n\n",
        "On 2024/01/15 10:20, 山田太郎 wrote:\n",
        "(2024/01/15 10:20), 山田太郎 wrote:\n",
        "On Mon, 15 Jan 2024 10:20:30 +0900\nTaro Yamada <taro@example.jp> wrote:\n\n",
        "山田さんは書きました:\n",
        "----- Original Message -----\n",
        "From: taro@example.jp\nSubject: 注文\nDate: Mon, 15 Jan 2024 10:20:30 +0900\n\n",
        "",
    ],
)
def test_a_prefixed_quote_is_folded_with_its_introduction(introduction: str) -> None:
    text = f"承知しました。\n\n{introduction}{OLD}"

    parts = split(text)

    assert parts.new == "承知しました。"
    assert parts.quoted == (introduction + OLD).rstrip("\n")
    assert parts.quote_start == text.index(introduction or OLD)


@pytest.mark.parametrize(
    "old",
    [
        "-----Original Message-----\nFrom: Taro\nSent: Monday\nTo: support\nSubject: 注文\n\n古い文\n",
        "________________________________\n差出人: 山田 <taro@example.jp>\n送信日時: 2024年1月15日 10:20\n"
        "宛先: 窓口\n件名: 注文\n\n古い文\n",
        "From: Taro <taro@example.jp>\nDate: Monday\nTo: support\nSubject: 注文\n\n古い文\n",
        "-------- 元のメッセージ --------\n差出人: 山田\n日付: 2024/01/15\n件名: 注文\n\n古い文\n",
        "2024年1月15日(月) 10:20 山田太郎 <taro@example.jp>:\n\n古い文\n",
    ],
)
def test_an_open_quote_reaches_to_the_end(old: str) -> None:
    text = f"承知しました。\n\n{old}"

    parts = split(text)

    assert parts.new == "承知しました。"
    assert parts.quote_start == text.index(old)


def test_answers_between_quotes_stay_new() -> None:
    text = f"山田さんは書きました:\n{OLD}はい、そうです。\n\n> 三行目\nいいえ。\n"

    parts = split(text)

    assert parts.new == "はい、そうです。\n\nいいえ。"
    assert parts.quote_start is None
    assert [text[start:end] for start, end in parts.quote_ranges] == [f"山田さんは書きました:\n{OLD}", "> 三行目\n"]


@pytest.mark.parametrize(
    "forwarded",
    [
        "---------- Forwarded message ---------\nFrom: a\nDate: b\nSubject: c\nTo: d\n\n本文\n",
        "-----Original Message-----\nFrom: a\nSent: b\nTo: c\nSubject: d\n\n本文\n",
    ],
)
def test_a_mail_that_only_forwards_is_not_hidden(forwarded: str) -> None:
    assert split(forwarded).new == forwarded.rstrip("\n")


@pytest.mark.parametrize(
    "signature",
    [
        "-- \n山田太郎\nTEL 03-1234-5678\n",
        "==============\n株式会社サンプル\n山田太郎\nTEL 03-1234-5678\n==============\n",
        "iPhoneから送信\n",
        "Sent from my iPhone\n",
        "Outlook for iOS を入手\n",
    ],
)
def test_a_signature_is_found_above_the_quote_and_at_the_end(signature: str) -> None:
    for rest in ("", f"\n{OLD}"):
        text = f"承知しました。\n\n{signature}{rest}"

        parts = split(text)

        assert (parts.new, parts.signature) == ("承知しました。", signature.rstrip("\n"))
        assert text[parts.signature_start : parts.signature_end].startswith(signature)


def test_the_fields_of_a_form_are_no_signature() -> None:
    text = "お問い合わせがありました。\n----------\nお名前：山田\nメール：taro@example.jp\n----------\n"

    assert split(text).signature == ""


def test_text_without_quotes_is_all_new() -> None:
    parts = split("請求書について\n教えてください。\n")

    assert parts.new == "請求書について\n教えてください。"
    assert (parts.quoted, parts.signature, parts.quote_start, parts.signature_start) == ("", "", None, None)


@settings(deadline=None)  # a loaded machine is no fault
@given(
    st.lists(
        st.sampled_from(
            [
                "> a\n",
                "text\n",
                "\n",
                "-- \n",
                "On Mon, Jan 15, 2024 10:20 a wrote:\n",
                "From: a\n",
                "-----\n",
                "Subject: b\n",
                "To: c\n",
                "\r\n",
                "\x0b",
                "\u2028",
            ]
        )
    )
)
def test_every_line_is_in_exactly_one_part(lines: list[str]) -> None:
    text = "".join(lines)

    parts = split(text)

    kept = sum(part.count("text") for part in (parts.new, parts.quoted, parts.signature))
    assert kept == text.count("text")
    assert all(0 <= start < end <= len(text) for start, end in parts.quote_ranges)
