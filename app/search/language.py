"""How a search is written: words, "phrases", -exclusions and operators such as `from:`; pure.

What looks like an operator and is none stays a word, so that a search for a web address or a time of day finds it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from app.core.folding import fold

MAX_LENGTH = 500
MAX_WISHES = 30


class Operator(StrEnum):
    FROM = "from"
    TO = "to"
    SUBJECT = "subject"
    STATUS = "status"
    ASSIGNEE = "assignee"
    TEAM = "team"
    CATEGORY = "category"
    LABEL = "label"
    CHANNEL = "channel"
    BEFORE = "before"
    AFTER = "after"
    HAS = "has"
    IN = "in"


IN_JAPANESE: Mapping[Operator, tuple[str, ...]] = {
    Operator.FROM: ("差出人", "送信者"),
    Operator.TO: ("宛先", "宛て先"),
    Operator.SUBJECT: ("件名",),
    Operator.STATUS: ("状態", "ステータス"),
    Operator.ASSIGNEE: ("担当", "担当者"),
    Operator.TEAM: ("チーム",),
    Operator.CATEGORY: ("種別", "問合せ種別", "問い合わせ種別"),
    Operator.LABEL: ("ラベル",),
    Operator.CHANNEL: ("窓口", "チャネル", "受信箱"),
    Operator.BEFORE: ("以前", "より前"),
    Operator.AFTER: ("以降", "以後"),
    Operator.HAS: ("添付", "含む"),
    Operator.IN: ("場所",),
}
"""The first is the one that is offered."""

OPERATORS: Mapping[str, Operator] = {
    **{operator.value: operator for operator in Operator},
    "cc": Operator.TO,
    "bcc": Operator.TO,
    **{fold(name): operator for operator, names in IN_JAPANESE.items() for name in names},
}
ORDINARY = {"http", "https", "ftp", "mailto", "tel", "re", "fw", "fwd", "aw", "wg", "ps", "id", "no", "url"}
"""Words before a colon that nobody means as an operator."""

QUOTES = '"“”＂'
WISH = re.compile(
    rf"(?P<minus>[-－−](?=\S))?(?:(?P<name>[^\s:：{QUOTES}]{{1,12}})[:：])?"
    rf"(?:[{QUOTES}](?P<phrase>[^{QUOTES}]*)[{QUOTES}]?|(?P<word>[^\s{QUOTES}]*))"
)
NAME = re.compile("[a-z]{2,12}")


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing that is asked for; without an operator it is a word. `value` is as it was written."""

    value: str
    operator: Operator | None = None
    is_excluded: bool = False
    is_strange: bool = False
    """Written like an operator that does not exist; then `value` is all of it."""


def read(text: str) -> list[Wish]:
    """Never raises; reads no further than MAX_LENGTH."""
    return list(_wishes(text[:MAX_LENGTH]))[:MAX_WISHES]


def is_too_long(text: str) -> bool:
    return len(text) > MAX_LENGTH or sum(1 for _ in _wishes(text[:MAX_LENGTH])) > MAX_WISHES


def _wishes(text: str) -> Iterator[Wish]:
    waiting: Wish | None = None
    for found in WISH.finditer(text):
        wish = _wish(found)
        if waiting is not None and wish.operator is None and wish.value and not wish.is_excluded:
            wish, waiting = replace(waiting, value=wish.value), None
        if waiting is None and wish.operator and not wish.value:
            waiting = wish
        elif wish.value or wish.operator:
            yield wish
    if waiting is not None:
        yield waiting


def _wish(found: re.Match[str]) -> Wish:
    value = found["word"] if found["phrase"] is None else found["phrase"]
    is_excluded = found["minus"] is not None
    if found["name"] is None:
        return Wish(value, is_excluded=is_excluded)
    name = fold(found["name"])
    if name in OPERATORS:
        return Wish(value, OPERATORS[name], is_excluded)
    whole = found[0].removeprefix(found["minus"] or "")
    is_strange = (
        NAME.fullmatch(name) is not None and name not in ORDINARY and not value.startswith("//") and bool(value)
    )
    return Wish(whole, is_excluded=is_excluded, is_strange=is_strange)
