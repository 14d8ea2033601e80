"""The index as arrays of numbers under GIN: a token is its characters' codes, an audience a number below nought."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    TableClause,
    bindparam,
    column,
    delete,
    func,
    insert,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from app.search.documents import GENERATIONS, IDS_OF_A_TICKET
from app.search.tokens import audience_of

Entry = tuple[int, Iterable[str]]
CODE_BITS = 21
"""Three codes fit into a number of the database, since only those of Latin letters come in threes."""


class PostgresIndex:
    async def add(self, session: AsyncSession, generation: int, entries: Sequence[Entry]) -> None:
        if entries:
            rows = [{"id": doc_id, "tokens": [*map(number_of, tokens)]} for doc_id, tokens in entries]
            await session.execute(insert(TABLES[generation % GENERATIONS]), rows)

    async def remove(self, session: AsyncSession, generation: int, entries: Sequence[Entry]) -> None:
        found = TABLES[generation % GENERATIONS]
        if entries:
            await session.execute(delete(found).where(found.c.id.in_([doc_id for doc_id, _ in entries])))

    async def clear(self, session: AsyncSession, generation: int, *, limit: int) -> int:
        found = TABLES[generation % GENERATIONS]
        some = select(found.c.id).limit(limit).scalar_subquery()
        gone = await session.scalars(delete(found).where(found.c.id.in_(some)).returning(found.c.id))
        return len(gone.all())

    def ticket_ids(self, generation: int, tokens: Sequence[str], audience_tokens: Sequence[str]) -> Select[int]:
        """Materialised, since the planner thinks of walking the tickets instead, and is mistaken (MODEL 27)."""
        found = TABLES[generation % GENERATIONS]
        statement = select((found.c.id // IDS_OF_A_TICKET).label("ticket_id")).where(
            found.c.tokens.op("@>")(_numbers(tokens))
        )
        if audience_tokens:
            statement = statement.where(found.c.tokens.op("&&")(_numbers(audience_tokens)))
        hits = statement.cte().prefix_with("MATERIALIZED")
        return select(hits.c.ticket_id)

    def holds(self, column: InstrumentedAttribute[str], text: str) -> ColumnElement[bool]:
        return func.strpos(column, text) > 0


def _table(generation: int) -> TableClause:
    return table(f"search_index_{generation}", column("id", BigInteger), column("tokens", ARRAY(BigInteger)))


TABLES = [_table(generation) for generation in range(GENERATIONS)]
INDEX = PostgresIndex()


def number_of(token: str) -> int:
    """A token of a text has at most three characters, an audience's number lies below nought."""
    audience_id = audience_of(token)
    if audience_id is not None:
        return -audience_id
    number = 0
    for character in token:
        number = number << CODE_BITS | ord(character)
    return number


def _numbers(tokens: Sequence[str]) -> ColumnElement[Any]:
    return bindparam("tokens", [number_of(token) for token in tokens], type_=ARRAY(BigInteger), unique=True)
