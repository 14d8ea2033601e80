"""What could be meant by the beginning of a word in the search field: operators, their values, customers."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.folding import fold
from app.core.i18n import current_locale, gettext, mark
from app.inbox import row_queries, searching
from app.inbox.choices import Choices
from app.inbox.desk import Sight
from app.inbox.rows import read_rows
from app.inbox.selecting import of_everything
from app.inbox.wishes import Asked
from app.search.language import IN_JAPANESE, OPERATORS, Operator
from app.search.matching import Field, Term

MAX_OPTIONS = 8
MAX_CUSTOMERS = 4
LOOKED_AT = 20
"""Tickets of which the customers are offered."""

LAST = re.compile(r'(?P<minus>[-－−]?)(?:(?P<name>[^\s:："“”]{1,12})[:：])?(?P<value>"[^"]*|\S*)$')
PLAIN = re.compile(r'[^\s:："“”]+')

MEANINGS: Mapping[Operator, str] = {
    Operator.FROM: mark("Who wrote it"),
    Operator.TO: mark("Whom it was sent to"),
    Operator.SUBJECT: mark("A word of the subject"),
    Operator.STATUS: mark("A status"),
    Operator.ASSIGNEE: mark("Who has it, or “none”"),
    Operator.TEAM: mark("A team"),
    Operator.CATEGORY: mark("A category"),
    Operator.LABEL: mark("A label"),
    Operator.CHANNEL: mark("A mailbox or another channel"),
    Operator.AFTER: mark("Arrived on that day or later"),
    Operator.BEFORE: mark("Arrived before that day"),
    Operator.HAS: mark("With attachments"),
    Operator.IN: mark("In the trash, or among spam"),
}


GIVEN = {Operator.HAS: {"ja": "あり", "en": "attachment"}}
"""Values of which there is one alone."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`insert` takes the place of the word that is being typed; one that ends in a colon is gone on with."""

    insert: str
    name: str
    hint: str = ""
    kind: str = "value"


async def suggest(
    session: AsyncSession, text: str, *, sight: Sight, choices: Choices, zone: ZoneInfo
) -> list[Suggestion]:
    """For what stands before the cursor."""
    last = LAST.search(text[-200:])
    if last is None:
        return []
    operator = OPERATORS.get(fold(last["name"] or ""))
    value = last["value"].lstrip('"')
    if operator is not None:
        return [*_values(operator, value, last, sight, choices), *await _people(session, operator, value, last, sight)]
    offered = list(_operators(value, last["minus"]))
    return offered + (await _customers(session, value, "from", last["minus"], sight) if value else [])


def _operators(value: str, minus: str) -> Iterator[Suggestion]:
    """In the reader's language; also by the beginning of the other one's name."""
    wanted = fold(value)
    for operator, meaning in MEANINGS.items():
        names = (operator.value, *IN_JAPANESE[operator])
        if any(fold(name).startswith(wanted) for name in names):
            shown = IN_JAPANESE[operator][0] if current_locale() == "ja" else operator.value
            written = f"{shown}:{GIVEN.get(operator, {}).get(current_locale(), '')}"
            yield Suggestion(f"{minus}{written}", written, gettext(meaning), "operator")


def _values(
    operator: Operator, value: str, last: re.Match[str], sight: Sight, choices: Choices
) -> Iterator[Suggestion]:
    wanted = fold(value)
    named = VALUES.get(operator, _nothing)(sight, choices)
    found = ((name, hint) for name, hint in named if wanted in fold(name) or wanted in fold(hint))
    for name, hint in islice(found, MAX_OPTIONS):
        yield Suggestion(f"{last['minus']}{last['name']}:{_quoted(name)}", name, hint)


async def _people(
    session: AsyncSession, operator: Operator, value: str, last: re.Match[str], sight: Sight
) -> list[Suggestion]:
    if operator not in (Operator.FROM, Operator.TO) or not value:
        return []
    return await _customers(session, value, last["name"], last["minus"], sight)


async def _customers(session: AsyncSession, value: str, name: str, minus: str, sight: Sight) -> list[Suggestion]:
    """Of the newest tickets that one may see; nobody else is known of."""
    word = fold(value)
    if not word:
        return []
    asked = Asked(value, (Term(word, Field.SENDERS),))
    selection = of_everything(sight, None)
    ids = [each for each, _ in await searching.list_ids(session, selection, asked, after=None, limit=LOOKED_AT)]
    rows = await read_rows(session, ids, await row_queries.read_moment(session))
    people = {row.customer.address: row.customer for row in rows if row.customer.address}
    fitting = (each for each in people.values() if word in fold(each.name) or word in fold(each.address))
    return [
        Suggestion(f"{minus}{name}:{each.address}", each.name, each.address, "customer")
        for each in islice(fitting, MAX_CUSTOMERS)
    ]


def _quoted(name: str) -> str:
    return name if PLAIN.fullmatch(name) else f'"{name}"'


Named = Iterable[tuple[str, str]]
"""What is written, and what it says beside it."""


def _nothing(sight: Sight, choices: Choices) -> Named:
    return ()


def _agents(sight: Sight, choices: Choices) -> Named:
    yield ("自分" if current_locale() == "ja" else "me"), sight.viewer.agent.name
    yield ("なし" if current_locale() == "ja" else "none"), gettext("Unassigned")
    yield from ((each.name, "") for each in choices.agents)


def _days(sight: Sight, choices: Choices) -> Named:
    if current_locale() == "ja":
        return (("今日", ""), ("昨日", ""), ("7日", gettext("A week ago")), ("30日", gettext("A month ago")))
    return (("today", ""), ("yesterday", ""), ("7d", gettext("A week ago")), ("30d", gettext("A month ago")))


def _places(sight: Sight, choices: Choices) -> Named:
    return (("ゴミ箱", ""), ("迷惑メール", "")) if current_locale() == "ja" else (("trash", ""), ("spam", ""))


VALUES: Mapping[Operator, Callable[[Sight, Choices], Named]] = {
    Operator.STATUS: lambda sight, choices: ((each.name, each.key) for each in choices.statuses),
    Operator.ASSIGNEE: _agents,
    Operator.TEAM: lambda sight, choices: ((each.name, "") for each in choices.teams),
    Operator.CATEGORY: lambda sight, choices: ((each.name, "") for each in choices.categories),
    Operator.LABEL: lambda sight, choices: ((each.name, "") for each in choices.labels),
    Operator.CHANNEL: lambda sight, choices: ((each.name, each.address) for each in sight.channels),
    Operator.BEFORE: _days,
    Operator.AFTER: _days,
    Operator.HAS: lambda sight, choices: ((GIVEN[Operator.HAS][current_locale()], ""),),
    Operator.IN: _places,
}
