"""Everything that is SQLite's own: one writer, WAL, full sync, the boot-time clock."""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, Float, Table, bindparam, event, text
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from app.core import sqlite_copy, sqlite_driver
from app.core.copying import Loading, Snapshot
from app.core.kept_statements import KeptStatements
from app.core.sqlite_reader import Reader
from app.core.wakeups import TOPICS, Wakeups

BOOT_ID_FILE = Path("/proc/sys/kernel/random/boot_id")
BUSY_TIMEOUT_SECONDS = 30
READERS = 4
POLL_SECONDS = 0.2
COUNT_ON = text("UPDATE sqlite_sequence SET seq = seq + :count WHERE name = :name RETURNING seq")
BEGIN_TO_COUNT = text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :count) RETURNING seq")
WRITE = "BEGIN IMMEDIATE"
READ = "BEGIN"
CONNECTIONS: dict[str, Callable[..., sqlite_driver.Connection]] = {
    WRITE: partial(sqlite_driver.Connection, runs_inline=True, lock_seconds=BUSY_TIMEOUT_SECONDS),
    READ: Reader,
}

OUT_OF_ROOM = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE)

READER_PRAGMAS = (
    "PRAGMA foreign_keys=ON",
    "PRAGMA synchronous=FULL",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA cache_size=-500",
)
WRITER_PRAGMAS = ("PRAGMA journal_mode=WAL", *READER_PRAGMAS, "PRAGMA wal_autocheckpoint=4000", "PRAGMA busy_timeout=0")


class SqliteDialect:
    errors: tuple[type[Exception], ...] = (OSError, DBAPIError)

    def __init__(self) -> None:
        self.boot_id = _boot_id()
        self._statements = KeptStatements()

    def make_writer(self, url: str) -> AsyncEngine:
        return _make_engine(url, WRITER_PRAGMAS, WRITE, pool_size=1)

    def make_reader(self, url: str, writer: AsyncEngine) -> AsyncEngine:
        return _make_engine(url, (*READER_PRAGMAS, "PRAGMA query_only=ON"), READ, pool_size=READERS)

    def insert(self, table: Any) -> Any:
        return insert(table)

    async def take_ids(self, session: AsyncSession, table: Table, count: int) -> Sequence[int]:
        """The sequence that AUTOINCREMENT keeps has no row before the first one of its table."""
        counting = {"name": table.name, "count": count}
        last = await session.scalar(COUNT_ON, counting) or await session.scalar(BEGIN_TO_COUNT, counting)
        return range(last - count + 1, last + 1)

    def lease_clock(self) -> ColumnElement[float]:
        return bindparam("lease_now", callable_=_boot_seconds, type_=Float, unique=True)

    async def has_older(self, session: AsyncSession, *, than: float) -> bool:
        """Of writers there is one at a time: who writes after a commit has read after it too."""
        return False

    async def enter_commit_order(self, session: AsyncSession) -> None:
        """BEGIN IMMEDIATE already made this transaction the only writer."""

    async def announce(self, session: AsyncSession, topics: frozenset[str]) -> None:
        """Other processes notice by `PRAGMA data_version`."""

    async def listen(self, url: str, wakeups: Wakeups) -> None:
        watch = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None, check_same_thread=False)
        try:
            await _watch(watch, wakeups)
        finally:
            watch.close()

    def log_size(self, url: str) -> int:
        log = Path(f"{url.removeprefix('sqlite:///')}-wal")
        return log.stat().st_size if log.exists() else 0

    async def fetch(
        self, session: AsyncSession, statement: Any, values: dict[str, Any], *, kept_rows: int
    ) -> list[Any]:
        return await self._statements.fetch(session, statement, values, kept_rows=kept_rows)

    def folders(self, url: str) -> Sequence[Path]:
        return [Path(url.removeprefix("sqlite:///")).parent]

    def is_out_of_room(self, error: object) -> bool:
        return getattr(error, "sqlite_errorcode", None) in OUT_OF_ROOM

    def snapshot(self, url: str, beside: Path) -> AbstractAsyncContextManager[Snapshot]:
        return sqlite_copy.snapshot(url.removeprefix("sqlite:///"), beside)

    def loading(self, session: AsyncSession) -> AbstractAsyncContextManager[Loading]:
        return sqlite_copy.loading(session)


def _make_engine(url: str, pragmas: tuple[str, ...], begin: str, *, pool_size: int) -> AsyncEngine:
    engine = create_async_engine(
        url.replace("sqlite://", "sqlite+aiosqlite://", 1),
        pool_size=pool_size,
        max_overflow=0,
        pool_use_lifo=True,  # each connection keeps pages and statements of its own: mostly one is enough
        hide_parameters=True,
        async_creator=partial(
            sqlite_driver.connect,
            url.removeprefix("sqlite:///"),
            CONNECTIONS[begin],
            lock_seconds=BUSY_TIMEOUT_SECONDS,
        ),
    )

    def prepare(connection: Any, record: object) -> None:
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(pragma)
        cursor.close()

    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine.sync_engine, "connect", prepare)
    event.listen(engine.sync_engine, "begin", start)
    return engine


def _boot_id() -> str:
    if BOOT_ID_FILE.exists():
        return BOOT_ID_FILE.read_text().strip()
    return f"booted {round(time.time() - time.monotonic(), -2):.0f}"


def _boot_seconds() -> float:
    clock = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return time.clock_gettime(clock)


async def _watch(connection: sqlite3.Connection, wakeups: Wakeups) -> None:
    seen = _data_version(connection)
    while True:
        await asyncio.sleep(POLL_SECONDS)
        version = _data_version(connection)
        if version != seen:
            seen = version
            wakeups.wake(TOPICS)


def _data_version(connection: sqlite3.Connection) -> int:
    """A number that changes when any other connection has committed."""
    [version] = connection.execute("PRAGMA data_version").fetchone()
    return int(version)
