import pytest

from app.autoreplies.wording import SUGGESTED, NobodyFills, Wording, fill, language_of, pick, require_fillable
from app.letters.errors import UnknownField


@pytest.mark.parametrize(
    ("text", "language"),
    [("荷物", "ja"), ("ﾆﾓﾂ", "ja"), ("Where is 荷物?", "ja"), ("Where?", "en"), ("12345", "ja"), ("", "ja")],
)
def test_the_language_is_that_of_the_inquiry(text: str, language: str) -> None:
    assert language_of(text) == language


def test_where_a_language_has_no_text_the_other_is_used() -> None:
    texts = {"ja": Wording(subject="件名", text="本文"), "en": Wording(subject="Subject", text=" ")}

    assert pick(texts, "en") == texts["ja"]
    assert pick({"en": Wording(subject="", text="")}, "ja") is None


def test_what_is_not_known_falls_out_with_its_line() -> None:
    assert fill("{{会社名}}\n{{お客様名}} 様\n受付番号 {{案件番号}}", {"ticket.number": "7"}) == "様\n受付番号 7"


def test_words_of_a_customer_are_never_read_as_fields() -> None:
    assert fill("件名：{{件名}}", {"ticket.subject": "{{担当者名}}", "agent.name": "secret"}) == "件名：{{担当者名}}"


@pytest.mark.parametrize("field", ["{{担当者名}}", "{{agent.signature?}}", "{{記入:お届け予定日}}"])
def test_what_only_a_writer_could_fill_is_refused(field: str) -> None:
    with pytest.raises(NobodyFills):
        require_fillable("text_ja", f"ご連絡します。{field}")


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(UnknownField):
        require_fillable("text_ja", "{{受付}}")


@pytest.mark.parametrize("language", ["ja", "en"])
def test_what_is_suggested_can_be_saved(language: str) -> None:
    require_fillable("subject", SUGGESTED[language]["subject"])
    require_fillable("text", SUGGESTED[language]["text"])
