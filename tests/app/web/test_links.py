"""What can be followed in a plain text is a link, and nothing else of it is markup."""

import pytest

from app.web.links import linkify


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("詳しくはhttps://example.jp/a?b=1&c=2をご覧ください", "https://example.jp/a?b=1&amp;c=2"),
        ("(https://example.jp/a)", "https://example.jp/a"),
        ("see https://example.jp/a_(b).", "https://example.jp/a_(b)"),
        ("https://example.jp、", "https://example.jp"),
    ],
)
def test_an_address_ends_where_the_sentence_goes_on(text: str, url: str) -> None:
    assert f'<a href="{url}" target="_blank"' in linkify(text)


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "javascript:alert(1)", 'https://a.jp/"onclick="x'])
def test_linkified_text_carries_no_markup_of_its_own(text: str) -> None:
    linked = linkify(text)

    assert "<script" not in linked
    assert 'href="javascript' not in linked
    assert '"onclick="' not in linked


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("03-1234-5678", "0312345678"),
        ("0120-123-456", "0120123456"),
        ("090-1234-5678", "09012345678"),
        ("09012345678", "09012345678"),
        ("０３－１２３４－５６７８", "0312345678"),
        ("(03)1234-5678", "0312345678"),
        ("03（1234）5678", "0312345678"),
        ("+81-3-1234-5678", "+81312345678"),
        ("+81 90 1234 5678", "+819012345678"),
    ],
)
def test_a_telephone_number_can_be_called(written: str, number: str) -> None:
    assert f'電話は<a href="tel:{number}">{written}</a>へ' in linkify(f"電話は{written}へ")


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22",
        "注文番号 20261122-0001",
        "1,234,567円",
        "〒100-0001",
        "0.5-1.5-2.5",
        "A03-1234-5678",
        "03-1",
        "192-168-0001",
    ],
)
def test_what_is_no_telephone_number_stays_as_it_is(text: str) -> None:
    assert linkify(text) == text


def test_digits_in_a_web_address_are_part_of_it() -> None:
    assert "tel:" not in linkify("https://example.jp/03-1234-5678")
