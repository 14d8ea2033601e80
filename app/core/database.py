"""Units of work. A unit is a read or a write from its start (MODEL 2), and nobody else commits."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from app.core.dialect import DatabaseDialect
from app.core.errors import DiskFull
from app.core.measures import WRITER_WAIT_SECONDS
from app.core.room import Room
from app.core.sqlite import SqliteDialect
from app.core.wakeups import Wakeups

LastStatement = Callable[[AsyncSession], Awaitable[None]]


class Database:
    """The one way to the data: `transaction()` writes, `reading()` reads."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        self.dialect = _dialect_for(url)
        self.writer = self.dialect.make_writer(url)
        self.reader = self.dialect.make_reader(url, self.writer)
        self.wakeups = Wakeups()
        self.room = Room()
        for folder in self.dialect.folders(url):
            self.room.watch(folder)
        info = {"dialect": self.dialect}
        writes = {**info, "is_writing": True}
        self._writes = async_sessionmaker(self.writer, expire_on_commit=False, autoflush=False, info=writes)
        self._reads = async_sessionmaker(self.reader, expire_on_commit=False, autoflush=False, info=info)
        self._one_writer = asyncio.Lock()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A unit of work that writes; it ends with the events, and after COMMIT it wakes who waits. Raises DiskFull."""
        began = time.perf_counter()
        try:
            async with AsyncExitStack() as stack:
                if self.is_sqlite:
                    await stack.enter_async_context(self._one_writer)
                session = await stack.enter_async_context(self._writes.begin())
                await session.connection()
                WRITER_WAIT_SECONDS.observe(time.perf_counter() - began)
                yield session
                await _finish(session)
                topics = _topics(session)
        except DBAPIError as error:
            if not self.dialect.is_out_of_room(error.orig):
                raise
            self.room.note_refusal()
            raise DiskFull from error
        self.wakeups.wake(topics)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        async with self._reads() as session:
            yield session

    async def listen(self) -> None:
        """Hear of commits made by other processes and wake those who wait in this one. Run until cancelled."""
        await self.dialect.listen(self.url, self.wakeups)

    async def dispose(self) -> None:
        await self.reader.dispose()
        await self.writer.dispose()


def _dialect_for(url: str) -> DatabaseDialect:
    if url.startswith("sqlite"):
        return SqliteDialect()
    from app.core.postgres import PostgresDialect  # noqa: PLC0415  # its driver's memory is for those who use it

    return PostgresDialect()


def dialect_of(session: AsyncSession) -> DatabaseDialect:
    dialect: DatabaseDialect = session.info["dialect"]
    return dialect


def is_writing(session: AsyncSession) -> bool:
    return bool(session.info.get("is_writing"))


def insert_into(session: AsyncSession, table: Any) -> Any:
    """INSERT with `on_conflict_do_update` and `on_conflict_do_nothing`, for the session's database."""
    return dialect_of(session).insert(table)


def do_last(session: AsyncSession, statement: LastStatement) -> None:
    """Run `statement` once after everything else of the unit of work, in commit order; nothing follows but COMMIT."""
    session.info["last_statement"] = statement


def do_at_end(session: AsyncSession, step: LastStatement) -> None:
    """Run `step` when the unit of work is otherwise complete, before the last statement."""
    session.info.setdefault("steps", []).append(step)


def wake_at_commit(session: AsyncSession, *topics: str) -> None:
    """Wake those who wait for these topics, in this process and in others, once the unit of work is committed."""
    session.info["topics"] = _topics(session).union(topics)


def _topics(session: AsyncSession) -> frozenset[str]:
    topics: frozenset[str] = session.info.get("topics", frozenset())
    return topics


async def _finish(session: AsyncSession) -> None:
    await session.flush()
    for step in session.info.get("steps", ()):
        await step(session)
    await session.flush()
    dialect = dialect_of(session)
    if topics := _topics(session):
        await dialect.announce(session, topics)
    statement: LastStatement | None = session.info.get("last_statement")
    if statement is not None:
        await dialect.enter_commit_order(session)
        await statement(session)


def count_statements(database: Database) -> list[str]:
    """For tests and benchmarks: a list that grows by each statement run from now on."""
    seen: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        seen.append(statement)

    for engine in {database.writer.sync_engine, database.reader.sync_engine}:
        event.listen(engine, "before_cursor_execute", note)
    return seen
