import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.letters.fields import EXAMPLE, FIELDS, Addressee, values_of
from app.letters.merging import complete, complete_html, escape, fill, unknown_fields

OF_A_COMPANY = values_of(Addressee("山本 翔太", "株式会社北村商事", "総務部"), {"ticket.number": "7"})
PRIVATE = values_of(Addressee("山本 翔太"), {"ticket.number": "7"})
NO_PERSON = values_of(Addressee("", "株式会社北村商事", "総務部"), {})
NOBODY = values_of(Addressee(), {})

WRITTEN = st.text(st.sampled_from("{}｛｝\\>? \n会社名あx"), max_size=40)


@pytest.mark.parametrize("name", ["会社名", "customer.company", " 会社名 ", "Customer.Company", "ｃustomer.company"])
def test_a_field_has_two_names_in_any_width(name: str) -> None:
    assert fill(f"{{{{{name}}}}}様", OF_A_COMPANY).text == "株式会社北村商事様"


def test_braces_of_the_input_method_are_braces() -> None:
    assert fill("｛｛会社名｝｝", OF_A_COMPANY).text == "株式会社北村商事"


def test_what_is_not_known_stays_and_is_told_once() -> None:
    merged = fill("{{会社名}} {{会社名}}\n{{部署}} {{お客様名}}", PRIVATE)

    assert merged.text == "{{会社名}} {{会社名}}\n{{部署}} 山本 翔太"
    assert (merged.empty, merged.unknown) == (["{{会社名}}", "{{部署}}"], [])


@pytest.mark.parametrize("written", ["{{会社}}", "{{}}", "{{会社名", "{{会社名}", "{{{会社名}}}", "{{agent.password}}"])
def test_what_is_no_field_is_told(written: str) -> None:
    assert fill(written, OF_A_COMPANY).text == written
    assert len(unknown_fields(written)) == 1


def test_what_is_to_be_filled_in_by_hand_stays() -> None:
    merged = complete("お届けは{{記入：お届け予定日}}です。{{fill:date}}", OF_A_COMPANY)

    assert merged.empty == ["{{記入：お届け予定日}}", "{{fill:date}}"]
    assert unknown_fields("{{記入:}}") == ["{{記入:}}"]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("{{会社名?}} {{部署?}}\n{{お客様名}} {{敬称}}", "山本 翔太 様"),
        ("{{お客様名}}　{{部署?}}　様", "山本 翔太　様"),
        ("{{会社名?}}{{部署？}} {{お客様名}}", "山本 翔太"),
        ("前\n{{会社名?}}\n後", "前\n後"),
        ("前\n\n後", "前\n\n後"),
        ("A{{部署?}}B", "AB"),
    ],
)
def test_a_field_that_may_be_empty_leaves_neither_blank_nor_line(written: str, read: str) -> None:
    merged = fill(written, PRIVATE)

    assert (merged.text, merged.is_complete) == (read, True)


def test_a_company_without_a_person_is_onchu_behind_its_name() -> None:
    assert fill("{{会社名}} {{敬称}}", NO_PERSON).text == "株式会社北村商事 御中"
    assert fill("{{会社名?}}\n{{お客様名?}} {{敬称?}}", NO_PERSON).text == "株式会社北村商事 御中"
    assert fill("{{宛名}}", NO_PERSON).text == "株式会社北村商事 総務部 御中"


def test_nobody_has_no_honorific() -> None:
    merged = fill("{{お客様名?}} {{敬称?}}\nお世話になっております。", NOBODY)

    assert merged.text == "お世話になっております。"
    assert fill("{{敬称}}", NOBODY).empty == ["{{敬称}}"]
    assert fill("{{宛名}}", NOBODY).empty == ["{{宛名}}"]


@pytest.mark.parametrize(
    ("addressee", "block"),
    [
        (Addressee("山本 翔太", "株式会社北村商事", "総務部"), "株式会社北村商事 総務部\n山本 翔太 様"),
        (Addressee("山本 翔太", "株式会社北村商事"), "株式会社北村商事\n山本 翔太 様"),
        (Addressee("山本 翔太"), "山本 翔太 様"),
        (Addressee("山本 翔太", honorific="先生"), "山本 翔太 先生"),
        (Addressee("", "株式会社北村商事"), "株式会社北村商事 御中"),
        (Addressee("株式会社北村商事", "株式会社北村商事"), "株式会社北村商事 御中"),
        (Addressee("", "", "総務部"), "総務部 御中"),
        (Addressee("山本様"), "山本 様"),
        (Addressee("山本 翔太（株式会社北村商事）", "株式会社北村商事"), "株式会社北村商事\n山本 翔太 様"),
        (Addressee("  ", " "), ""),
    ],
)
def test_an_addressee_is_written_as_letters_are_addressed(addressee: Addressee, block: str) -> None:
    assert addressee.block == block


def test_an_escape_is_two_braces_in_what_leaves() -> None:
    assert fill(r"\{{会社名}}", OF_A_COMPANY).text == r"\{{会社名}}"
    assert complete(r"\{{会社名}} {{会社名}}", OF_A_COMPANY).text == "{{会社名}} 株式会社北村商事"
    assert unknown_fields(r"if (a) \{{ b }}") == []


def test_what_a_customer_quoted_is_left_alone() -> None:
    merged = complete("{{お客様名}}\n> {{user}} と \\{{表示}} されます", OF_A_COMPANY)

    assert (merged.text, merged.is_complete) == ("山本 翔太\n> {{user}} と \\{{表示}} されます", True)


def test_a_value_with_braces_is_no_field_later() -> None:
    values = values_of(Addressee("{{部署}}"), {})

    once = fill("{{お客様名}}", values)

    assert complete(once.text, OF_A_COMPANY).text == "{{部署}}"


def test_values_are_escaped_in_html() -> None:
    values = values_of(Addressee("<b>", "A & B"), {})

    assert complete_html("<p>{{宛名}}</p>", values).text == "<p>A &amp; B<br>&lt;b&gt; 様</p>"


def test_every_field_has_an_example() -> None:
    assert all(EXAMPLE[field.key] for field in FIELDS)


@given(WRITTEN)
def test_whatever_is_escaped_arrives_as_it_was(text: str) -> None:
    merged = complete(escape(text), OF_A_COMPANY)

    quoted = [line.startswith(">") for line in text.split("\n")]
    kept = [each for each, is_quoted in zip(merged.text.split("\n"), quoted, strict=True) if not is_quoted]
    assert kept == [each for each, is_quoted in zip(text.split("\n"), quoted, strict=True) if not is_quoted]
    assert merged.is_complete


@given(WRITTEN)
def test_filling_again_changes_nothing(text: str) -> None:
    once = fill(text, PRIVATE)

    assert fill(once.text, PRIVATE).text == once.text


@given(st.text())
def test_a_text_without_braces_is_left_as_it_is(text: str) -> None:
    plain = text.replace("{", "").replace("｛", "").replace("\0", "")

    assert fill(plain, NOBODY).text == complete(plain, NOBODY).text == plain


@given(WRITTEN)
def test_what_is_complete_has_no_field_left(text: str) -> None:
    merged = fill(text, OF_A_COMPANY)

    if merged.is_complete:
        assert complete(merged.text, NOBODY).is_complete
