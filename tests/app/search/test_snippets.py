"""Where the words are, and what is marked of the text as it was written."""

import pytest

from app.core.folding import fold
from app.search.snippets import ELLIPSIS, LENGTH, Snippet, marked, snippet


def _shown(pieces: Snippet) -> str:
    return "".join(f"[{piece.text}]" if piece.is_hit else piece.text for piece in pieces)


@pytest.mark.parametrize(
    ("text", "word", "expected"),
    [
        ("ｶﾞｲﾄﾞの件", "がいど", "[ｶﾞｲﾄﾞ]の件"),
        ("ガイドの件", "ガイド", "[ガイド]の件"),
        ("㈱サンプル", "株", "[㈱]サンプル"),
        ("Ｐ－１００です", "p-100", "[Ｐ－１００]です"),
        ("田中 太郎様", "田中太郎", "[田中 太郎]様"),
        ("か\u3099いど", "ガイド", "[か\u3099いど]"),
        ("請求書と請求書", "請求", "[請求]書と[請求]書"),
        ("<b>太字</b>", "太字", "<b>[太字]</b>"),
        ("見当たらない", "請求", "見当たらない"),
    ],
)
def test_what_was_written_is_marked(text: str, word: str, expected: str) -> None:
    assert _shown(marked(text, [fold(word)])) == expected


def test_the_place_of_a_word_is_shown_with_what_surrounds_it() -> None:
    text = "お世話になります。\n\n" + "あ" * 300 + "返金" + "い" * 300

    shown = _shown(snippet(text, ["返金"]))

    assert shown.startswith(ELLIPSIS)
    assert shown.endswith(ELLIPSIS)
    assert "[返金]" in shown
    assert len(shown) <= LENGTH + 6


def test_a_word_across_the_end_of_a_line_is_found() -> None:
    assert "[東京 都]" in _shown(snippet("一行目\nこれは東京\n都への便です", ["東京都"]))


def test_without_the_word_there_is_no_place() -> None:
    assert snippet("お世話になります。", ["返金"]) == ()
