"""From what a customer wrote to what it is about: a few terms of a ticket, folded. Pure; call it off the event loop.

Sudachi finds the nouns where it is installed (the extra `japanese`). Otherwise the scripts tell: what stands in
katakana, in kanji or in Latin letters is a word mostly, and what stands between in hiragana is grammar.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.core.folding import fold
from app.trends.stop_words import STOP_KEYS
from app.trends.sudachi import load_nouns

MAX_TERMS = 16
"""Of a ticket."""
MAX_CHARACTERS = 12_000
"""Of a ticket that are read: what an inquiry is about stands at its beginning."""
MAX_KEY = 30
MAX_DIGITS = 4
"""More are somebody's number: an order, a telephone."""
SUBJECT_WEIGHT, OFTEN = 2, 3

_KANJI = "\u3400-\u4dbf\u4e00-\u9fff々〆"
_KATAKANA = "ァ-ヺー"
_NO_WORDS = re.compile(r"https?://[!-~]{1,2000}|[\w.+-]{1,64}@[\w.-]{1,255}")
_PERSON = re.compile(rf"[{_KANJI}{_KATAKANA}]{{1,10}} ?(?=様|さま|さん|氏|と申し|でございます)")
_RUN = re.compile(rf"[{_KANJI}{_KATAKANA}]{{2,}}")
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-+'._][A-Za-z0-9]+)*")
_PART = re.compile(rf"[{_KANJI}]{{2,}}|[{_KATAKANA}]{{2,}}")
_NOUN_OF_VERB = re.compile(rf"[{_KANJI}]{{2,4}}[いきちりみびぎけせねれめべげえ](?=[がをのにはもでと、。!?\s]|$)")
_CANNOT = re.compile(
    rf"([{_KANJI}{_KATAKANA}]{{2,12}})[がをにもは]?(?:でき|出来)(?:な[いくか]|ませ|ず)|([Ll]og ?in|[Ss]ign ?in) fail"
)
_LONGEST_KANJI = 8
_LONGEST_RUN = 20


@dataclass(frozen=True, slots=True)
class Said:
    """The customer's own words on a ticket: the subject, the new part of each message. `names` are nobody's topic."""

    ticket_id: int
    subject: str
    texts: tuple[str, ...]
    names: tuple[str, ...] = ()


def version() -> str:
    """What made the terms; those of another one are made anew."""
    return f"sudachi-{_FORMAT}" if load_nouns() else f"runs-{_FORMAT}"


_FORMAT = 1


def terms_of(said: Said) -> dict[str, str]:
    """The label of each term by its key, the weightiest first."""
    nouns = load_nouns() or runs
    weights: Counter[str] = Counter()
    labels: dict[str, str] = {}
    names = {fold(part) for name in said.names for part in name[:MAX_KEY].split()} - {""}
    for text, weight in _parts(said):
        for label in (*_troubles(text), *_latin(text), *nouns(text)):
            key = _key(label)
            if key and not any(_names(key, name) for name in names):
                labels.setdefault(key, label)
                weights[key] = min(weights[key] + weight, OFTEN + SUBJECT_WEIGHT)
    found = sorted(labels, key=lambda key: (-weights[key], -len(key)))
    return {key: labels[key] for key in found[:MAX_TERMS]}


def read_all(said: Sequence[Said]) -> dict[int, dict[str, str]]:
    """Terms by ticket."""
    return {each.ticket_id: terms_of(each) for each in said}


def runs(text: str) -> Iterator[str]:
    """Stretches of katakana, of kanji, and of both together."""
    verbs = {found[0] for found in _NOUN_OF_VERB.finditer(text)}
    stems = {verb[:-1] for verb in verbs}
    yield from sorted(verbs, key=text.index)
    for found in _RUN.finditer(text):
        run = _trimmed(found[0][: _LONGEST_RUN + 1])
        if run not in stems and len(run) <= _LONGEST_RUN:
            yield run
            yield from _parts_of_run(run)


def _parts_of_run(run: str) -> Iterator[str]:
    for found in _PART.finditer(run):
        part = found[0]
        if part != run:
            yield part
        if part[0] > "一" and 4 <= len(part) <= _LONGEST_KANJI:
            yield part[:2]
            yield part[-2:]


def _latin(text: str) -> Iterator[str]:
    """Names of products, with their numbers."""
    yield from (found[0] for found in _LATIN.finditer(text))


def _trimmed(run: str) -> str:
    """`先週購入` is about a purchase."""
    while len(run) > 2 and run[:2] in STOP_KEYS:
        run = run[2:]
    while len(run) > 2 and run[-2:] in STOP_KEYS:
        run = run[:-2]
    return run


def _parts(said: Said) -> Iterator[tuple[str, int]]:
    left = MAX_CHARACTERS
    weighed = ((said.subject, SUBJECT_WEIGHT), *((text, 1) for text in said.texts))
    for text, weight in weighed:
        plain = unicodedata.normalize("NFKC", text[:left])[:left]
        left -= len(plain)
        if plain:
            yield _PERSON.sub(" ", _NO_WORDS.sub(" ", plain)), weight


def _troubles(text: str) -> Iterator[str]:
    """What cannot be done says more than what it cannot be done with."""
    for found in _CANNOT.finditer(text):
        yield f"{found[1]}できない" if found[1] else f"{found[2]} fail"


def _names(key: str, name: str) -> bool:
    return key in name or (len(name) > 1 and name in key)


def _key(label: str) -> str:
    """Empty for what is no term."""
    key = fold(label[: MAX_KEY * 2])
    is_term = 1 < len(key) <= MAX_KEY and key not in STOP_KEYS and len(set(key)) > 1
    return key if is_term and sum(map(str.isdigit, key)) <= MAX_DIGITS and not key.isdigit() else ""
