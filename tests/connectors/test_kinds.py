"""A kind says what its channels need; what could not be kept or told apart is refused when the package is loaded."""

import pytest

from connectors.kinds import Field, FieldKind, Kind, Words

WORDS = Words("項目", "Field")


def test_words_are_in_both_languages() -> None:
    assert [WORDS.in_(locale) for locale in ("ja", "en")] == ["項目", "Field"]


@pytest.mark.parametrize("name", ["", "Url", "a b", "9lives", "name", "hook_url", "hold_seconds", "x" * 41])
def test_a_name_that_the_desk_cannot_keep_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="cannot be called"):
        Field(name, WORDS)


def test_a_choice_has_something_to_choose() -> None:
    with pytest.raises(ValueError, match="nothing to choose"):
        Field("colour", WORDS, FieldKind.CHOICE)


def test_no_two_fields_have_one_name() -> None:
    with pytest.raises(ValueError, match="same name"):
        Kind(WORDS, fields=(Field("a", WORDS), Field("a", WORDS)))
