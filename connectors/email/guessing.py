"""Which charset bytes without a declaration are probably in: Japanese first, then a detector's opinion."""

import re

HIGH_BYTES = re.compile(rb"[\x80-\xff]")
USUAL_CHARACTERS = re.compile("[\u3000-\u30ff\uff01-\uff5e\u2460-\u2473①-⑳㈱№℡]")
HIGH_ROW = re.compile(rb"[\x80-\xff]{3}")
KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa]")
LONGEST_WITHOUT_KANA = 10
WESTERN_SHARE = 0.25
"""Fewer high bytes than this are letters with accents between plain ones."""

USED_IN_MAIL = re.compile(
    r"utf-8|windows-125\d|cp125\d|iso-?8859|koi8|gb|hz|big5|euc-|cp949|uhc|johab|shift-|sjis|cp932|iso-2022|tis-620|cp874|windows-874"
)
"""What a detector names besides (EBCDIC, DOS, Macintosh) it has guessed wrong."""

SAMPLE_BYTES = 16_384
SHORT_SAMPLE_CHARACTERS = 400
USUAL_SHARE = 0.75
LAST_USUAL_KANJI_LEAD = 0x97
"""Lead bytes up to here hold the kanji of level 1, those that people use."""


def guess(data: bytes) -> str:
    """A charset's name, '' without an opinion. The data is known not to be UTF-8."""
    first = HIGH_BYTES.search(data)
    start = max(0, first.start() - 1_000) if first else 0
    sample = data[start : start + SAMPLE_BYTES]
    return _japanese(sample) or _detected(sample)


def _japanese(sample: bytes) -> str:
    """Detectors need long texts; a subject of five kanji is enough to see that it reads as Japanese."""
    for name in ("cp932", "euc-jp"):
        text = _lenient_end(sample, name)
        high = [character for character in text[:SHORT_SAMPLE_CHARACTERS] if not character.isascii()]
        if high and sum(map(_is_usual, high)) >= len(high) * USUAL_SHARE and _has_kana_or_is_short(high):
            return name
    return ""


def _has_kana_or_is_short(characters: list[str]) -> bool:
    """Korean and Chinese read as Japanese give kanji without end, and no kana between them."""
    return len(characters) <= LONGEST_WITHOUT_KANA or any(KANA.match(character) for character in characters)


def _lenient_end(sample: bytes, name: str) -> str:
    """The sample as text, '' if it is none in this charset; its last character may be cut off."""
    for end in (len(sample), len(sample) - 1) if len(sample) == SAMPLE_BYTES else (len(sample),):
        try:
            return sample[:end].decode(name)
        except UnicodeDecodeError:
            continue
    return ""


def _is_usual(character: str) -> bool:
    if USUAL_CHARACTERS.match(character):
        return True
    code = character.encode("cp932", "ignore")
    return len(code) == 2 and code[0] <= LAST_USUAL_KANJI_LEAD


def _detected(sample: bytes) -> str:
    if len(HIGH_BYTES.findall(sample)) < len(sample) * WESTERN_SHARE and _has_only_single_high_bytes(sample):
        return "cp1252"
    import chardet  # noqa: PLC0415 (its models take memory that most installations never need)

    found = (chardet.detect(sample)["encoding"] or "").lower().replace("_", "-")
    return found if USED_IN_MAIL.match(found) else "cp1252"


def _has_only_single_high_bytes(sample: bytes) -> bool:
    """Accented letters stand alone; in East Asian text high bytes come in rows."""
    return HIGH_ROW.search(sample) is None
