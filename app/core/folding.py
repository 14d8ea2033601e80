"""One spelling for what people take for the same: width, case, the two kana, line breaks (B13)."""

import re
import unicodedata

_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff0-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
)
_BLANK = re.compile(r"\s+")
_WIDE = "\u3001-\u303f\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WIDE_CHARACTER = re.compile(f"[{_WIDE}]")
_BLANK_BETWEEN_WIDE = re.compile(f"(?<=[{_WIDE}]) (?=[{_WIDE}])")
_TO_HIRAGANA = {code: code - 0x60 for code in (*range(ord("ァ"), ord("ヶ") + 1), ord("ヽ"), ord("ヾ"))}


def is_wide(character: str) -> bool:
    """Whether it is written without blanks around it."""
    return _WIDE_CHARACTER.match(character) is not None


def fold(text: str) -> str:
    """As texts are searched; one line, without what cannot be seen.

    A blank between two characters of Japanese goes: a mail breaks its lines inside of words, and a name is written with
    one or without.
    """
    plain = fold_characters(text)
    return _BLANK_BETWEEN_WIDE.sub("", _BLANK.sub(" ", plain)).strip()


def fold_characters(text: str) -> str:
    """Folded, with the blanks as they were."""
    visible = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    cased = unicodedata.normalize("NFKC", visible.casefold())
    return _INVISIBLE.sub("", cased).translate(_TO_HIRAGANA)
