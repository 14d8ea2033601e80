"""The form that is made of a kind's fields: each value is as its field says, or refused at it."""

from typing import Any

import pytest
from pydantic import ValidationError

from app.channels import kind_forms
from app.channels.described import values_of
from app.channels.kind_forms import ChannelForm
from app.web.forms import words_by_field
from connectors.kinds import Choice, Field, FieldKind, Kind, Words

WORDS = Words("項目", "Field")
COLOURS = (Choice("red", Words("赤", "Red")), Choice("blue", Words("青", "Blue")))
KIND = Kind(
    name=WORDS,
    fields=(
        Field("words", WORDS),
        Field("more", WORDS, is_required=False),
        Field("size", WORDS, FieldKind.NUMBER, least=1, most=9),
        Field("age", WORDS, FieldKind.NUMBER, is_required=False),
        Field("colour", WORDS, FieldKind.CHOICE, choices=COLOURS),
        Field("other", WORDS, FieldKind.CHOICE, is_required=False, choices=COLOURS),
        Field("is_loud", WORDS, FieldKind.SWITCH, default=True),
        Field("token", WORDS, FieldKind.SECRET),
        Field("url", WORDS, FieldKind.ADDRESS),
        Field("proxy", WORDS, FieldKind.ADDRESS, is_required=False),
        Field("address", WORDS, is_required=False),
    ),
)
GOOD = {"name": "窓口", "words": " a ", "size": "3", "colour": "red", "url": "https://example.jp", "token": " t "}


@pytest.fixture
def form(monkeypatch: pytest.MonkeyPatch) -> type[ChannelForm]:
    """Of a kind that no package brings."""
    monkeypatch.setattr(kind_forms, "get_kind", lambda kind: KIND)
    return kind_forms.form_of.__wrapped__("invented")


def test_each_value_is_what_its_field_says(form: type[ChannelForm]) -> None:
    values = values_of(form.model_validate({**GOOD, "is_loud": "true", "address": "here", "age": "", "unknown": "x"}))

    assert values.settings == {
        "words": "a",
        "more": "",
        "size": 3,
        "age": None,
        "colour": "red",
        "other": "",
        "is_loud": True,
        "url": "https://example.jp",
        "proxy": "",
    }
    assert (values.secrets, values.address) == ({"token": "t"}, "here")


def test_a_switch_that_is_not_sent_is_off(form: type[ChannelForm]) -> None:
    assert values_of(form.model_validate(GOOD)).settings["is_loud"] is False


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("words", ""),
        ("words", "two\nlines"),
        ("more", "x" * 501),
        ("size", "0"),
        ("size", "10"),
        ("size", "many"),
        ("colour", "green"),
        ("colour", ""),
        ("other", "green"),
        ("url", "example.jp"),
        ("url", ""),
        ("proxy", "ftp://example.jp"),
        ("hold_seconds", "121"),
    ],
)
def test_what_its_field_does_not_take_is_refused_there(form: type[ChannelForm], name: str, value: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        form.model_validate({**GOOD, name: value})

    assert list(words_by_field(refused.value)) == [name]


def test_secrets_show_in_no_trace(form: type[ChannelForm]) -> None:
    assert "very secret" not in repr(form.model_validate({**GOOD, "token": "very secret"}))
