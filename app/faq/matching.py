"""Which entries a visitor's words are about: by shared pairs of characters, the rare ones counting more.

Pure. Texts are folded (width, case, the two kana); of Japanese each pair of neighbours counts, of Latin letters each
word. What polite phrases consist of counts nothing, and what is written in hiragana little: it is grammar mostly.
"""

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.core.folding import fold, fold_characters
from app.core.grams import pairs

THRESHOLD = 0.4
"""Of the weight of a visitor's words: below it nothing is suggested."""
SOFT = 1.0
"""As if so much more had been said: a single common word is not enough."""
HIRAGANA_WEIGHT = 0.25
KEYWORD_FACTOR = 1.6
ANSWER_FACTOR = 0.5
"""The answer speaks of much else too."""
WHOLE_KEYWORD = 0.3
"""What a keyword that stands in the visitor's words as it is adds."""
UNKNOWN = 0.45
"""How much words count of which no entry knows: they are about something else, or only about somebody's day."""
NEAR_BEST = 0.5
"""Further suggestions are at least so good as half of the best one."""

_PHRASES = (
    "お世話になっております お世話になります よろしくお願いいたします よろしくお願いします "
    "お願いいたします お願いします 教えていただけますか 教えてください 教えて下さい 教えてほしい "
    "教えて 知りたいです 知りたい していただけますか したいのですが したいのですけど "
    "たいのですが たいんですが たいんですけど のですが んですが んですけど したいです したい "
    "できますでしょうか できますか できますでしょう でしょうか ですか ますか ました ません "
    "ませんか ください 下さい どうすればいいですか どうすれば どうしたら どうやって どのように "
    "どうやったら いいですか よいですか よろしいですか 可能ですか 可能でしょうか について "
    "に関して こんにちは こんばんは すみません はじめまして ありがとうございます ありますか "
    "もらえますか いただけますか"
).split()
_POLITE = re.compile("|".join(sorted({re.escape(fold(each)) for each in _PHRASES}, key=len, reverse=True)))
_LATIN_WORD = re.compile(r"[a-z0-9][a-z0-9'+-]*")
_NO_WORD = re.compile(r"[^\w]|_")
_ENDINGS = ("ing", "ed", "es", "s", "e")
_ENGLISH = frozenset(
    "a an and any are as at be but by can could did do does for from get got had has have how i if in is it its me my "
    "no not of on or our please so tell that the their there they this to up us was we what when where which who why "
    "will with would you your hello hi thanks thank am want need like".split()
)
_SEPARATOR = re.compile(r"[\s,;、，；]+")
_HIRAGANA = re.compile("[ぁ-ゖー]{2}")


@dataclass(frozen=True, slots=True)
class Known:
    """An entry as it is looked for."""

    id: int
    question: str
    keywords: str
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Index:
    """`entries` by token, each with its weight; `keywords` are folded, by entry; `unknown` weighs a token of none."""

    entries: Mapping[str, Mapping[int, float]]
    weights: Mapping[str, float]
    keywords: Mapping[int, tuple[str, ...]]
    unknown: float


def build(entries: Sequence[Known]) -> Index:
    """Tens of milliseconds for a thousand entries."""
    tokens = {each.id: _tokens(each.question) | _tokens(each.keywords) for each in entries}
    answers = {each.id: _content(each.answer) - tokens[each.id] for each in entries}
    special = {each.id: _tokens(each.keywords) for each in entries}
    weights = _weights((*tokens.values(), *answers.values()), len(entries), _grammar(entries))
    by_token: defaultdict[str, dict[int, float]] = defaultdict(dict)
    for each in entries:
        for token in tokens[each.id]:
            by_token[token][each.id] = weights[token] * (KEYWORD_FACTOR if token in special[each.id] else 1.0)
        for token in answers[each.id]:
            by_token[token][each.id] = weights[token] * ANSWER_FACTOR
    keywords = {each.id: _keywords(each.keywords) for each in entries}
    return Index(by_token, weights, keywords, math.log(1 + max(len(entries), 1)))


def find(index: Index, words: str, *, limit: int) -> list[int]:
    """Ids of the entries that the words are about, the best first; none rather than a silly one."""
    scores = score(index, words)
    best = sorted(scores.items(), key=lambda each: -each[1])[:limit]
    floor = max(THRESHOLD, best[0][1] * NEAR_BEST) if best else 0.0
    return [entry_id for entry_id, value in best if value >= floor]


def score(index: Index, words: str) -> dict[int, float]:
    """What share of the words' weight each entry has."""
    asked = _tokens(words)
    grammar = _soft(words)
    total = SOFT + sum(_weight(index, token, is_grammar=token in grammar) for token in asked)
    scores: defaultdict[int, float] = defaultdict(float)
    for token in asked:
        for entry_id, weight in index.entries.get(token, {}).items():
            scores[entry_id] += weight / total
    folded = fold(words)
    for entry_id, keywords in index.keywords.items():
        if any(keyword in folded for keyword in keywords):
            scores[entry_id] += WHOLE_KEYWORD
    return dict(scores)


def _weight(index: Index, token: str, *, is_grammar: bool) -> float:
    if token in index.weights:
        return index.weights[token]
    return index.unknown * UNKNOWN * (HIRAGANA_WEIGHT if is_grammar else 1.0)


def _weights(found: Iterable[set[str]], count: int, grammar: set[str]) -> dict[str, float]:
    """What few entries have says more."""
    shares = Counter(token for tokens in found for token in tokens)
    return {
        token: math.log(1 + count / share) * (HIRAGANA_WEIGHT if token in grammar else 1.0)
        for token, share in shares.items()
    }


def _content(answer: str) -> set[str]:
    """What an answer is about, without its grammar."""
    return _tokens(answer) - _soft(answer)


def _tokens(text: str) -> set[str]:
    plain = _NO_WORD.sub(" ", _POLITE.sub(" ", fold(text)))
    latin = {_stem(word) for word in _LATIN_WORD.findall(plain) if word not in _ENGLISH and len(word) > 1}
    return latin | pairs(_LATIN_WORD.sub(" ", plain))


def _stem(word: str) -> str:
    """`orders` and `order`, `shipping` and `shipped` are taken for one."""
    return next((word.removesuffix(end) for end in _ENDINGS if word.endswith(end) and len(word) - len(end) > 2), word)


def _grammar(entries: Iterable[Known]) -> set[str]:
    """Pairs that stand in hiragana wherever they stand: a word in katakana is none of them."""
    hard: set[str] = set()
    soft: set[str] = set()
    for each in entries:
        found = _soft(f"{each.question} {each.keywords}")
        soft |= found
        hard |= _tokens(f"{each.question} {each.keywords}") - found
    return soft - hard


def _soft(text: str) -> set[str]:
    """Its pairs that are hiragana as it is written; by what they are when folded."""
    written = unicodedata.normalize("NFKC", text)
    return {fold_characters(pair) for pair in pairs(written) if _HIRAGANA.fullmatch(pair)}


def _keywords(text: str) -> tuple[str, ...]:
    return tuple(each for each in map(fold, _SEPARATOR.split(text)) if len(each) > 1)
