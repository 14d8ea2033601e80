"""The index as FTS5 without content: tokens go in as words between blanks, and come out by naming them again."""

from collections.abc import Iterable, Sequence

from sqlalchemy import BigInteger, ColumnElement, Select, bindparam, func, literal_column, select, table, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from app.search.documents import GENERATIONS, IDS_OF_A_TICKET

Entry = tuple[int, Iterable[str]]
STRUCTURE = 10
"""Where FTS5 keeps what it knows of its pages, which have higher numbers."""


class SqliteIndex:
    async def add(self, session: AsyncSession, generation: int, entries: Sequence[Entry]) -> None:
        name = _name(generation)
        await _execute(session, f"INSERT INTO {name} (rowid, tokens) VALUES (:id, :tokens)", entries)

    async def remove(self, session: AsyncSession, generation: int, entries: Sequence[Entry]) -> None:
        name = _name(generation)
        statement = f"INSERT INTO {name} ({name}, rowid, tokens) VALUES ('delete', :id, :tokens)"
        await _execute(session, statement, entries)

    async def clear(self, session: AsyncSession, generation: int, *, limit: int) -> int:
        """FTS5 deletes all or nothing, which is long for a large index: so its pages go first, a few at a time."""
        name = _name(generation)
        some = f"SELECT id FROM {name}_data WHERE id > {STRUCTURE} LIMIT :limit"
        pages = text(f"DELETE FROM {name}_data WHERE id IN ({some}) RETURNING id")
        gone = (await session.scalars(pages, {"limit": limit})).all()
        if not gone:
            await session.execute(text(f"INSERT INTO {name} ({name}) VALUES ('delete-all')"))
        return len(gone)

    def ticket_ids(self, generation: int, tokens: Sequence[str], audience_tokens: Sequence[str]) -> Select[int]:
        rowid = literal_column("rowid", BigInteger)
        words = _all_of(tokens)
        if audience_tokens:
            words = f"{words} AND ({_any_of(audience_tokens)})"
        found = literal_column(_name(generation)).op("MATCH")(bindparam("words", words, unique=True))
        return select((rowid // IDS_OF_A_TICKET).label("ticket_id")).select_from(table(_name(generation))).where(found)

    def holds(self, column: InstrumentedAttribute[str], text: str) -> ColumnElement[bool]:
        return func.instr(column, text) > 0


INDEX = SqliteIndex()


async def _execute(session: AsyncSession, statement: str, entries: Sequence[Entry]) -> None:
    if entries:
        rows = [{"id": doc_id, "tokens": " ".join(tokens)} for doc_id, tokens in entries]
        await session.execute(text(statement), rows)


def _name(generation: int) -> str:
    return f"search_index_{generation % GENERATIONS}"


def _all_of(tokens: Sequence[str]) -> str:
    return " AND ".join(map(_quoted, tokens))


def _any_of(tokens: Sequence[str]) -> str:
    return " OR ".join(map(_quoted, tokens))


def _quoted(token: str) -> str:
    return '"' + token.replace('"', '""') + '"'
