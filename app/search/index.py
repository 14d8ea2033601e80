"""The index as the rest of the package sees it, whichever database it lies in."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from sqlalchemy import ColumnElement, Select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from app.search import postgres_queries, sqlite_queries

Entry = tuple[int, Iterable[str]]
"""A document's id and its tokens."""


class Index(Protocol):
    """Of the generation that each call names."""

    async def add(self, session: AsyncSession, generation: int, entries: Sequence[Entry]) -> None: ...

    async def remove(self, session: AsyncSession, generation: int, entries: Sequence[Entry]) -> None:
        """With the very tokens that were added."""
        ...

    async def clear(self, session: AsyncSession, generation: int, *, limit: int) -> int:
        """Some of it, so that no unit of work is long; 0 when all is gone. Nobody may search or write it meanwhile."""
        ...

    def ticket_ids(self, generation: int, tokens: Sequence[str], audience_tokens: Sequence[str]) -> Select[int]:
        """Of the documents that have all the tokens and, where some are given, one of the audiences."""
        ...

    def holds(self, column: InstrumentedAttribute[str], text: str) -> ColumnElement[bool]: ...


INDEXES: dict[str, Index] = {"sqlite": sqlite_queries.INDEX, "postgresql": postgres_queries.INDEX}


def index_of(session: AsyncSession) -> Index:
    return INDEXES[session.get_bind().dialect.name]
