"""SQLite's rows for a backup, and back (see `app.core.copying`): the file itself is copied first, in one go."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Table, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.copying import ROWS_AT_ONCE, Row, names_of, truths_of

SIDES = ("", "-journal", "-wal", "-shm")
LAST_IDS = "SELECT name, seq FROM sqlite_sequence"
DEFER = text("PRAGMA defer_foreign_keys=ON")
COUNT_UP = "UPDATE sqlite_sequence SET seq = max(seq, :last) WHERE name = :name"
BEGIN_COUNT = """
INSERT INTO sqlite_sequence (name, seq) SELECT :name, :last WHERE :name NOT IN (SELECT name FROM sqlite_sequence)
"""


class SqliteSnapshot:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    async def rows(self, table: Table) -> AsyncIterator[Sequence[Row]]:
        cursor = self._connection.execute(f"SELECT {_columns(table)} FROM {table.name}")
        while found := await asyncio.to_thread(cursor.fetchmany, ROWS_AT_ONCE):
            yield _with_truths(found, truths_of(table))

    async def last_ids(self) -> Mapping[str, int]:
        return dict(self._connection.execute(LAST_IDS).fetchall())


@asynccontextmanager
async def snapshot(path: str, beside: Path) -> AsyncIterator[SqliteSnapshot]:
    """The copy lies beside the file that is being made, and is gone afterwards."""
    copy = beside.with_name(f"{beside.name}.db")
    try:
        connection = await asyncio.to_thread(_copy, path, copy)
        try:
            yield SqliteSnapshot(connection)
        finally:
            connection.close()
    finally:
        for side in SIDES:
            copy.with_name(copy.name + side).unlink(missing_ok=True)


class SqliteLoading:
    def __init__(self, raw: sqlite3.Connection) -> None:
        self._raw = raw

    async def add(self, table: Table, rows: Sequence[Row]) -> None:
        places = ", ".join("?" for _ in table.columns)
        self._raw.executemany(f"INSERT INTO {table.name} ({_columns(table)}) VALUES ({places})", rows)

    async def set_last_ids(self, last_ids: Mapping[str, int]) -> None:
        for name, last in last_ids.items():
            self._raw.execute(COUNT_UP, {"name": name, "last": last})
            self._raw.execute(BEGIN_COUNT, {"name": name, "last": last})


@asynccontextmanager
async def loading(session: AsyncSession) -> AsyncIterator[SqliteLoading]:
    """COMMIT looks whether each row came that another names."""
    await session.execute(DEFER)
    connection = await (await session.connection()).get_raw_connection()
    yield SqliteLoading(connection.driver_connection.raw)  # type: ignore[union-attr]


def _copy(path: str, copy: Path) -> sqlite3.Connection:
    os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    made = sqlite3.connect(copy, check_same_thread=False)
    source = sqlite3.connect(path)
    try:
        source.backup(made)
    except BaseException:
        made.close()
        raise
    finally:
        source.close()
    return made


def _columns(table: Table) -> str:
    return ", ".join(f'"{name}"' for name in names_of(table))


def _with_truths(rows: Sequence[Any], places: Sequence[int]) -> list[Row]:
    made = [list(row) for row in rows]
    for place in places:
        for row in made:
            row[place] = row[place] if row[place] is None else bool(row[place])
    return made
