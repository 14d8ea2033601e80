"""A reader's statements hold the event loop for moments only."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncSession

from app.core import sqlite_reader
from app.core.database import Database
from app.core.sqlite_driver import connect
from app.core.sqlite_reader import Reader

LONG = (
    "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count}) "
    "SELECT max(n) FROM numbers"
)
TICK_SECONDS = 0.001


@pytest_asyncio.fixture
async def reader(tmp_path: Path) -> AsyncIterator[Reader]:
    connection = await connect(str(tmp_path / "some.db"), Reader, lock_seconds=1)
    yield connection
    await connection.close()


async def test_a_short_read_runs_where_it_is(reader: Reader) -> None:
    running = asyncio.ensure_future(reader.rows(reader.raw.execute, "SELECT ?", (7,)))

    await asyncio.sleep(0)

    assert running.done()
    assert await running == [(7,)]


async def test_a_long_read_lets_others_go_on_and_is_answered_whole(reader: Reader) -> None:
    reading = asyncio.ensure_future(reader.rows(reader.raw.execute, LONG.format(count=1_000_000), ()))
    ticks = 0
    while not reading.done():
        await asyncio.sleep(TICK_SECONDS)
        ticks += 1

    assert await reading == [(1_000_000,)]
    assert ticks > 1


async def test_a_read_that_was_long_is_stopped_once_only_and_one_that_is_short_again_is_forgiven(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    sql = LONG.format(count="?")
    await reader.rows(reader.raw.execute, sql, (1_000_000,))
    assert reader.patience.is_long(sql)

    monkeypatch.setattr(sqlite_reader, "INLINE_SECONDS", 60)  # however long the machine is at something else
    await reader.rows(reader.raw.execute, sql, (1,))

    assert not reader.patience.is_long(sql)


async def test_a_transaction_survives_that_a_read_of_it_was_stopped(reader: Reader) -> None:
    await reader.rows(reader.raw.execute, "BEGIN", ())

    await reader.rows(reader.raw.execute, LONG.format(count=1_000_000), ())

    assert reader.raw.in_transaction


async def test_a_wrong_statement_is_said_to_be_wrong(reader: Reader) -> None:
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        await reader.rows(reader.raw.execute, "SELECT 1 FROM nowhere", ())


async def test_who_reads_after_others_gets_the_connection_that_was_used_last(tmp_path: Path) -> None:
    """Each keeps pages and statements of its own, so that few of them stay large."""

    async def raw_of(session: AsyncSession) -> object:
        return (await (await session.connection()).get_raw_connection()).driver_connection

    database = Database(f"sqlite:///{tmp_path / 'some.db'}")
    async with database.reading() as first, database.reading() as second:
        used = {await raw_of(first), await raw_of(second)}
    later = set()
    for _ in range(3):
        async with database.reading() as session:
            later.add(await raw_of(session))
    await database.dispose()

    assert len(used) == 2
    assert len(later) == 1
