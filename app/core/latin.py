"""Kana as Latin letters, so that a name is found by who types with the keyboard's Japanese off."""

VOWELS = "aiueo"
ROWS = {
    "": "あいうえお",
    "k": "かきくけこ",
    "g": "がぎぐげご",
    "s": "さしすせそ",
    "z": "ざじずぜぞ",
    "t": "たちつてと",
    "d": "だぢづでど",
    "n": "なにぬねの",
    "h": "はひふへほ",
    "b": "ばびぶべぼ",
    "p": "ぱぴぷぺぽ",
    "m": "まみむめも",
    "r": "らりるれろ",
}
OTHERS = {"や": "ya", "ゆ": "yu", "よ": "yo", "わ": "wa", "を": "o", "ん": "n", "ゔ": "vu", "ー": ""}
SMALL = {"ゃ": "ya", "ゅ": "yu", "ょ": "yo", **dict(zip("ぁぃぅぇぉ", VOWELS, strict=True))}
"""Each takes the place of the vowel before it."""

SYLLABLES = {kana: row + vowel for row, line in ROWS.items() for kana, vowel in zip(line, VOWELS, strict=True)} | OTHERS
HEPBURN = (
    ("sya", "sha"), ("syu", "shu"), ("syo", "sho"), ("tya", "cha"), ("tyu", "chu"), ("tyo", "cho"),
    ("zya", "ja"), ("zyu", "ju"), ("zyo", "jo"), ("jya", "ja"), ("jyu", "ju"), ("jyo", "jo"),
    ("si", "shi"), ("ti", "chi"), ("tu", "tsu"), ("hu", "fu"), ("zi", "ji"), ("di", "ji"), ("du", "zu"),
)  # fmt: skip
LONG = (("ou", "o"), ("oo", "o"), ("uu", "u"), ("aa", "a"), ("ee", "e"), ("ii", "i"), ("-", ""))


def latin(text: str) -> str:
    """Of folded text; what is no kana stays. However a long vowel is spelt, it is one letter here."""
    return _one_spelling("".join(_spell(text)))


def latin_query(text: str) -> str:
    """What somebody typed, in the same spelling: `si` is `shi`, `ou` is `o`."""
    return _one_spelling(text)


def _spell(text: str) -> list[str]:
    parts: list[str] = []
    for character in text:
        if parts and character in SMALL:
            parts[-1] = parts[-1][:-1] + SMALL[character]
        else:
            syllable = SYLLABLES.get(character, character)
            is_doubled = bool(parts) and parts[-1] == "っ"
            parts[-1:] = [syllable[:1] + syllable] if is_doubled else [*parts[-1:], syllable]
    return parts


def _one_spelling(text: str) -> str:
    for other, ours in (*HEPBURN, *LONG):
        text = text.replace(other, ours)
    return text
