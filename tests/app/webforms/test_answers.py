"""What a form asks held against what was typed."""

from typing import Any

import pytest

from app.channels.models import FORM, Channel
from app.core.i18n import use_locale
from app.webforms.answers import MAX_FILES, Sheet, check, clean, read_values, written
from app.webforms.fields import Choice, Field, Form
from app.webforms.holding import HeldFile
from app.webforms.models import FormFieldKind

RETURNS, OTHER = Choice(7, "返品", 3), Choice(8, "その他", None)
TEXT = Field(1, FormFieldKind.TEXT, "注文番号", "", is_required=False)
LONG = Field(2, FormFieldKind.LONG, "内容", "", is_required=True)
TOPIC = Field(3, FormFieldKind.CHOICE, "用件", "", is_required=True, choices=(RETURNS, OTHER))
DAY = Field(4, FormFieldKind.DATE, "希望日", "", is_required=False)
FILES = Field(5, FormFieldKind.FILE, "写真", "", is_required=True)
CONSENT = Field(6, FormFieldKind.CONSENT, "同意します", "", is_required=True)
PHOTO = HeldFile("field_5", "箱.png", "image/png", 10, "0" * 64, "token")
RIGHT = {
    "name": "田中",
    "email": "tanaka@example.com",
    "field_2": "箱が\nつぶれて",
    "field_3": "7",
    "field_4": "2026-11-30",
    "field_6": "yes",
}


@pytest.fixture(autouse=True)
def _japanese() -> None:
    use_locale("ja")


def form(*fields: Field, **others: Any) -> Form:
    channel = Channel(kind=FORM, name="サイト", key="key", settings={})
    known = {"introduction": "", "thanks": "", "asks_subject": True, **others}
    return Form(
        channel, "ja", ("ja",), "お問い合わせ", fields=fields or (TEXT, LONG, TOPIC, DAY, FILES, CONSENT), **known
    )


def sheet(files: tuple[HeldFile, ...] = (PHOTO,), **changed: str) -> Sheet:
    return Sheet(form(), {**RIGHT, **changed}, files)


def test_what_is_right_has_nothing_wrong_with_it() -> None:
    assert check(sheet()) == {}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", ""),
        ("name", "あ" * 101),
        ("email", ""),
        ("email", "tanaka"),
        ("email", "a@b@example.com"),
        ("email", "x" * 250 + "@example.com"),
        ("subject", "あ" * 201),
        ("field_1", "1" * 501),
        ("field_2", ""),
        ("field_2", "あ" * 10_001),
        ("field_3", ""),
        ("field_3", "9"),
        ("field_4", "2026-02-30"),
        ("field_6", ""),
    ],
)
def test_what_is_wrong_is_said_at_its_field_alone(name: str, value: str) -> None:
    assert set(check(Sheet(form(), {**RIGHT, name: value}, (PHOTO,)))) == {name}


def test_what_is_not_required_may_be_left_out() -> None:
    assert check(sheet(subject="", field_1="", field_4="")) == {}


def test_a_file_that_is_needed_is_asked_for_and_too_much_is_refused() -> None:
    large = HeldFile("field_5", "film.mp4", "video/mp4", 26 << 20, "1" * 64, "token")

    assert set(check(sheet(files=()))) == {"field_5"}
    assert set(check(sheet(files=(PHOTO, large)))) == {"field_5"}
    assert set(check(sheet(files=(PHOTO,) * (MAX_FILES + 1)))) == {"field_5"}


def test_answers_are_written_as_a_person_reads_them() -> None:
    assert written(sheet()) == [
        ("内容", "箱が\nつぶれて"),
        ("用件", "返品"),
        ("希望日", "2026年11月30日"),
        ("同意します", "同意する"),
    ]


def test_the_first_choice_with_a_category_gives_it() -> None:
    second = Field(9, FormFieldKind.CHOICE, "種類", "", is_required=False, choices=(Choice(10, "大", 4),))

    chosen = Sheet(form(TOPIC, second), {"field_3": "8", "field_9": "10"})

    assert chosen.category_id == 4
    assert Sheet(form(TOPIC), {"field_3": "8"}).category_id is None


def test_a_subject_that_was_left_out_is_the_title() -> None:
    assert (sheet(subject="返品").subject, sheet(subject="").subject) == ("返品", "お問い合わせ")


def test_what_is_typed_is_tidied_and_never_changed_in_what_it_says() -> None:
    typed = {"name": " 田中　一郎\r\n", "email": "ｔanaka＠Example.com ", "field_2": "一行\r\n二行\x00\ud800", "x": "y"}

    values = read_values(form(), typed)

    assert values["name"] == "田中　一郎"
    assert values["email"] == "tanaka@Example.com"
    assert values["field_2"] == "一行\n二行"
    assert set(values) == {"name", "email", "subject", "field_1", "field_2", "field_3", "field_4", "field_6"}
    assert clean("a\nb") == "a b"
