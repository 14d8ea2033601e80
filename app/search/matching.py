"""From the words that are looked for to conditions on tickets, and the way to ask them.

A ticket matches when every word is somewhere in it, not necessarily in one message, and no excluded one is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import prod

from sqlalchemy import ColumnElement, not_
from sqlalchemy.ext.asyncio import AsyncSession

from app.search import matching_queries, queries
from app.search.index import Index, index_of
from app.search.tokens import audience_token, is_decided_by_tokens, needed_tokens

USEFUL = 0.3
"""Above, a word that is looked for beside a rarer one is only compared, not looked up."""
LOOKED_UP = 3
"""Tokens of a word, the rarest; the others would cost more than the comparison with the text that follows."""

DOCS_OF_A_TICKET = 2
"""At least."""


class Field(StrEnum):
    """Where a word is to be; the names are those of columns of `search_docs`."""

    TEXT = "text"
    SUBJECT = "subject"
    SENDERS = "senders"
    RECIPIENTS = "recipients"


@dataclass(frozen=True, slots=True)
class Term:
    """A folded word or phrase; never empty."""

    text: str
    field: Field = Field.TEXT
    is_excluded: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """`found` is complete in itself. `compared` says the same without the index, for a few tickets; `named` is what of
    it the index alone can say.

    `share` is what part of the tickets is thought to match, `looked_up` what part the index would name, and `tickets`
    how many there are in all.
    """

    found: tuple[ColumnElement[bool], ...]
    named: tuple[ColumnElement[bool], ...]
    compared: tuple[ColumnElement[bool], ...]
    share: float
    looked_up: float
    tickets: int


async def make_plan(session: AsyncSession, terms: Sequence[Term], *, audience_ids: Sequence[int]) -> Plan:
    """`audience_ids` narrow what is looked up; whether a ticket may be seen is for its own row to say."""
    index, generation = index_of(session), (await queries.find_generations(session)).current
    shares = await _shares(session, terms)
    wanted = sorted((term for term in terms if not term.is_excluded), key=shares.of)
    audiences, tickets = await matching_queries.count_audiences_and_tickets(session)
    # None for who sees everything: then there is nothing to narrow.
    narrowing = tuple(map(audience_token, audience_ids)) if len(audience_ids) < audiences else ()
    maker = _Maker(index, generation, shares, narrowing)
    compared = tuple(maker.compare(term) for term in terms)
    return Plan(
        found=(*maker.look_up(wanted), *(maker.compare(term) for term in terms if term.is_excluded)),
        named=maker.name(wanted),
        compared=compared,
        share=prod(map(shares.of_tickets, wanted)),
        looked_up=min(map(shares.of_tickets, wanted), default=1.0),
        tickets=tickets,
    )


class _Shares:
    def __init__(self, known: dict[str, float]) -> None:
        self._known = known

    def of(self, term: Term) -> float:
        """At most the share of its rarest token."""
        return min(map(self.of_token, needed_tokens(term.text)))

    def of_tickets(self, term: Term) -> float:
        """A ticket has a word more often than a document has."""
        return 1 - (1 - self.of(term)) ** DOCS_OF_A_TICKET

    def of_token(self, token: str) -> float:
        return self._known.get(token, 0.0)

    def _rank(self, token: str) -> tuple[float, int, str]:
        """Of those that nothing is known of, the longer one is rarer."""
        return self.of_token(token), -len(token), token

    def rarest(self, term: Term) -> list[str]:
        return sorted(needed_tokens(term.text), key=self._rank)[:LOOKED_UP]


@dataclass(frozen=True, slots=True)
class _Maker:
    index: Index
    generation: int
    shares: _Shares
    audiences: tuple[str, ...]

    def look_up(self, wanted: Sequence[Term]) -> Iterable[ColumnElement[bool]]:
        yield from self.name(wanted)
        for number, term in enumerate(wanted):
            is_decided = is_decided_by_tokens(term.text) and term.field is Field.TEXT
            if not (is_decided and self._is_by_index(number, term)):
                yield self.compare(term)

    def name(self, wanted: Sequence[Term]) -> tuple[ColumnElement[bool], ...]:
        found = [
            self.index.ticket_ids(self.generation, self.shares.rarest(term), () if number else self.audiences)
            for number, term in enumerate(wanted)
            if self._is_by_index(number, term)
        ]
        return (matching_queries.is_among_all(found),) if found else ()

    def _is_by_index(self, number: int, term: Term) -> bool:
        """The rarest; so are the others, unless they are so common that comparing is less work."""
        return number == 0 or self.shares.of(term) < USEFUL

    def compare(self, term: Term) -> ColumnElement[bool]:
        column = matching_queries.COLUMNS[term.field]
        held = matching_queries.has_doc(self.index.holds(column, term.text), self.generation)
        return not_(held) if term.is_excluded else held


async def _shares(session: AsyncSession, terms: Iterable[Term]) -> _Shares:
    tokens = {token for term in terms for token in needed_tokens(term.text)}
    return _Shares(await queries.list_shares(session, sorted(tokens)))


async def list_texts(session: AsyncSession, ticket_ids: Sequence[int], words: Sequence[str]) -> dict[int, str]:
    """Of each ticket the text of its newest message that has a word, where there is one."""
    index, generation = index_of(session), (await queries.find_generations(session)).current
    held = [index.holds(matching_queries.COLUMNS[Field.TEXT], word) for word in words]
    rows = await matching_queries.list_newest_texts(session, ticket_ids, held, generation)
    return {row.ticket_id: row.text for row in rows}
