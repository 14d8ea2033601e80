"""From a search as it is written to what it asks for: folded words, conditions on tickets, and what is unclear."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, not_
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.folding import fold
from app.core.i18n import mark
from app.inbox import search_queries
from app.inbox.choices import NO_CHOICES, Choices, read_choices
from app.inbox.days import day_begins
from app.inbox.desk import Sight
from app.search import language
from app.search.language import Operator, Wish
from app.search.matching import Field, Term

FIELDS = {
    None: Field.TEXT,
    Operator.FROM: Field.SENDERS,
    Operator.TO: Field.RECIPIENTS,
    Operator.SUBJECT: Field.SUBJECT,
}
ME = {"me", "自分", "私"}
NONE = {"none", "なし", "無し", "未担当"}
HERE = {"attachment", "attachments", "file", "files", "添付", "添付ふぁいる", "ふぁいる", "あり", "有り"}
PLACES = {"trash": "trash", "ごみ箱": "trash", "spam": "spam", "迷惑めーる": "spam"}


@dataclass(frozen=True, slots=True)
class Mistake:
    """`reason` is a catalog id, `params` fill it."""

    reason: str
    params: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Asked:
    """`place` names one of `search_queries.PLACES`."""

    text: str
    terms: tuple[Term, ...] = ()
    conditions: tuple[ColumnElement[bool], ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    place: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """What is to be marked where it is found."""
        return tuple(term.text for term in self.terms if not term.is_excluded)


@dataclass(slots=True)
class _Reader:
    sight: Sight
    choices: Choices
    zone: ZoneInfo
    terms: list[Term] = field(default_factory=list)
    conditions: list[ColumnElement[bool]] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    chosen: defaultdict[Operator, set[int | None]] = field(default_factory=lambda: defaultdict(set))
    place: str = ""

    def read(self, wish: Wish) -> None:
        if wish.is_strange:
            self.miss(mark("“{value}” is not an operator. In quotation marks it is looked for as text."), wish)
        if wish.operator is not None and not wish.value:
            self.miss(mark("Something is missing after “{operator}:”."), wish)
        elif wish.operator in FIELDS:
            self.add_term(wish)
        else:
            assert wish.operator is not None
            READERS[wish.operator](self, wish)

    def add_term(self, wish: Wish) -> None:
        text = fold(wish.value)
        if text:
            self.terms.append(Term(text, FIELDS[wish.operator], wish.is_excluded))

    def add_choice(self, wish: Wish) -> None:
        """Of several statuses one is enough; every exclusion holds."""
        assert wish.operator is not None
        ids = self.ids_of(wish)
        if not ids:
            self.miss(mark("“{value}” is nothing that “{operator}:” knows."), wish)
        elif wish.is_excluded or wish.operator is Operator.LABEL:
            self.require(self.is_one_of(wish.operator, ids), wish)
        else:
            self.chosen[wish.operator] |= set(ids)

    def add_day(self, wish: Wish) -> None:
        instant = day_begins(wish.value, self.zone)
        if instant is None:
            self.miss(mark("“{value}” is not a date such as 2026-11-20."), wish)
        else:
            self.require(BOUNDS[wish.operator](instant), wish)

    def add_attachment(self, wish: Wish) -> None:
        if fold(wish.value) in HERE:
            self.require(search_queries.has_attachment(), wish)
        else:
            self.miss(mark("“{value}” is nothing that “{operator}:” knows."), wish)

    def set_place(self, wish: Wish) -> None:
        place = PLACES.get(fold(wish.value), "")
        if place and not wish.is_excluded:
            self.place = place
        else:
            self.miss(mark("“{value}” is nothing that “{operator}:” knows."), wish)

    def require(self, condition: ColumnElement[bool], wish: Wish) -> None:
        self.conditions.append(not_(condition) if wish.is_excluded else condition)

    def miss(self, reason: str, wish: Wish) -> None:
        self.mistakes.append(Mistake(reason, {"value": wish.value, "operator": wish.operator or ""}))

    def is_one_of(self, operator: Operator, ids: Iterable[int | None]) -> ColumnElement[bool]:
        if operator is Operator.LABEL:
            return search_queries.has_label(set(ids))
        if operator is Operator.CHANNEL:
            audiences = {each for channel_id in ids if channel_id for each in self.sight.audience_ids(channel_id)}
            return search_queries.is_of_audience(audiences)
        return search_queries.is_one_of(operator, set(ids))

    def ids_of(self, wish: Wish) -> list[int | None]:
        value = fold(wish.value)
        if wish.operator is Operator.ASSIGNEE and value in ME:
            return [self.sight.viewer.agent.id]
        if wish.operator in EMPTY and value in NONE:
            return [None]
        named = list(self.named(wish.operator))
        exact = [each for each, *names in named if value in map(fold, names)]
        return [*exact] or [each for each, *names in named if any(value in fold(name) for name in names[:1])]

    def named(self, operator: Operator | None) -> Iterator[tuple[int, str, str, str]]:
        """Id, name, key and number of what an operator knows."""
        if operator is Operator.CHANNEL:
            yield from ((each.id, each.name, each.key, str(each.id)) for each in self.sight.channels)
        elif operator is Operator.STATUS:
            yield from ((each.id, each.name, each.key, str(each.id)) for each in self.choices.all_statuses)
        else:
            names = self.choices.names.get(NAMED.get(operator, ""), {})
            yield from ((each, name, name, str(each)) for each, name in names.items())

    def asked(self, text: str) -> Asked:
        chosen = [self.is_one_of(operator, ids) for operator, ids in self.chosen.items()]
        return Asked(text, tuple(self.terms), (*self.conditions, *chosen), tuple(self.mistakes), self.place)


EMPTY = {Operator.ASSIGNEE, Operator.TEAM, Operator.CATEGORY, Operator.LABEL}
NAMED: Mapping[Operator | None, str] = {
    Operator.ASSIGNEE: "agent",
    Operator.TEAM: "team",
    Operator.CATEGORY: "category",
    Operator.LABEL: "label",
}
BOUNDS: Mapping[Operator | None, Callable[[datetime], ColumnElement[bool]]] = {
    Operator.BEFORE: search_queries.arrived_before,
    Operator.AFTER: search_queries.arrived_since,
}
READERS: Mapping[Operator, Callable[[_Reader, Wish], None]] = {
    **dict.fromkeys((*EMPTY, Operator.STATUS, Operator.CHANNEL), _Reader.add_choice),
    **dict.fromkeys((Operator.BEFORE, Operator.AFTER), _Reader.add_day),
    Operator.HAS: _Reader.add_attachment,
    Operator.IN: _Reader.set_place,
}


async def read_asked(session: AsyncSession, text: str, *, sight: Sight, zone: ZoneInfo) -> Asked:
    """What can be understood of it, and what could not."""
    wishes = language.read(text)
    choices = await read_choices(session) if _names_choice(wishes) else NO_CHOICES
    reader = _Reader(sight, choices, zone)
    if language.is_too_long(text):
        reader.mistakes.append(Mistake(mark("This is too long; only its beginning was looked for."), {}))
    for wish in wishes:
        reader.read(wish)
    return reader.asked(text)


def _names_choice(wishes: Sequence[Wish]) -> bool:
    return any(wish.operator in NAMED or wish.operator is Operator.STATUS for wish in wishes)
