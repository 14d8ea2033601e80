"""Links of mails say where they lead, whatever their words and titles claim."""

import pytest

from app.core.mail_html import sanitise, sanitise_to_read


def test_the_address_of_a_link_is_its_title_and_no_other() -> None:
    shown = sanitise_to_read('<a href="https://shop.example/a?b=1&amp;c=2" title="https://bank.example">Offer</a>')

    assert 'title="https://shop.example/a?b=1&amp;c=2"' in shown
    assert "bank.example" not in shown


@pytest.mark.parametrize(
    "words",
    ["https://bank.example/login", "bank.example", "www.bank.example", "  http://bank.example", "user@bank.example/x"],
)
def test_words_that_name_another_place_are_told_so(words: str) -> None:
    assert 'data-leads-to="evil.example"' in sanitise_to_read(f'<a href="https://evil.example/x">{words}</a>')


@pytest.mark.parametrize(
    ("href", "words"),
    [
        ("https://bank.example/login", "bank.example"),
        ("https://www.bank.example", "https://bank.example/"),
        ("https://evil.example", "Click here"),
        ("https://evil.example", "1.5 kg"),
        ("mailto:a@bank.example", "a@bank.example"),
        ("https://[", "bank.example"),
    ],
)
def test_words_that_name_the_place_or_none_are_left_alone(href: str, words: str) -> None:
    assert "data-leads-to" not in sanitise_to_read(f'<a href="{href}">{words}</a>')


def test_what_comes_with_the_mail_cannot_say_it_itself() -> None:
    shown = sanitise_to_read('<a href="https://evil.example" data-leads-to="bank.example">evil.example</a>')

    assert "bank.example" not in shown


def test_what_is_inside_of_a_link_stays() -> None:
    shown = sanitise_to_read('<a href="https://a.example"><b>Bold</b> &amp; more</a> <a>no link</a>')

    assert "<b>Bold</b> &amp; more</a>" in shown
    assert "<a>no link</a>" in shown.replace(' rel="noopener noreferrer nofollow"', "").replace(' target="_blank"', "")


def test_what_we_write_ourselves_says_no_more_than_we_wrote() -> None:
    assert "title" not in sanitise('<a href="https://a.example">https://b.example</a>')
