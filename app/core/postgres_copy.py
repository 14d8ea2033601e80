"""PostgreSQL's rows for a backup, and back (see `app.core.copying`): one snapshot to read from, COPY to write."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from sqlalchemy import Table, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.copying import (
    ROWS_AT_ONCE,
    Row,
    day_as_text,
    days_of,
    instant_as_text,
    instants_of,
    names_of,
    text_as_day,
    text_as_instant,
)

BEGIN = text("SELECT 1")
"""Through SQLAlchemy, which begins the transaction with its first statement."""

LAST_IDS = """
SELECT tablename, pg_sequence_last_value(pg_get_serial_sequence(quote_ident(tablename), 'id')::regclass)
FROM pg_tables JOIN information_schema.columns ON table_schema = schemaname AND table_name = tablename
WHERE schemaname = current_schema() AND column_name = 'id'
    AND pg_get_serial_sequence(quote_ident(tablename), 'id') IS NOT NULL
"""
SET_LAST_ID = "SELECT setval(pg_get_serial_sequence($1, 'id'), $2)"
WITHIN_A_TABLE = """
SELECT conrelid::regclass::text AS owner, conname FROM pg_constraint
WHERE contype = 'f' AND conrelid = confrelid AND connamespace = current_schema()::regnamespace
"""


class PostgresSnapshot:
    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def rows(self, table: Table) -> AsyncIterator[Sequence[Row]]:
        cursor = await self._connection.cursor(f"SELECT {_columns(table)} FROM {table.name}")
        while found := await cursor.fetch(ROWS_AT_ONCE):
            yield _converted(found, table, instant_as_text, day_as_text)

    async def last_ids(self) -> Mapping[str, int]:
        found = await self._connection.fetch(LAST_IDS)
        return {name: last for name, last in found if last is not None}


@asynccontextmanager
async def snapshot(url: str) -> AsyncIterator[PostgresSnapshot]:
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            yield PostgresSnapshot(connection)
    finally:
        await connection.close()


class PostgresLoading:
    def __init__(self, raw: Any) -> None:
        self._raw = raw

    async def add(self, table: Table, rows: Sequence[Row]) -> None:
        records = _converted(rows, table, text_as_instant, text_as_day)
        await self._raw.copy_records_to_table(table.name, records=records, columns=names_of(table))

    async def set_last_ids(self, last_ids: Mapping[str, int]) -> None:
        for name, last in last_ids.items():
            await self._raw.execute(SET_LAST_ID, name, last)


@asynccontextmanager
async def loading(session: AsyncSession) -> AsyncIterator[PostgresLoading]:
    """A row may name another of its table that comes later; the end looks whether it came."""
    await session.execute(BEGIN)
    connection = await (await session.connection()).get_raw_connection()
    raw: Any = connection.driver_connection
    await _alter_constraints(raw, "DEFERRABLE INITIALLY DEFERRED")
    yield PostgresLoading(raw)
    await raw.execute("SET CONSTRAINTS ALL IMMEDIATE")
    await _alter_constraints(raw, "NOT DEFERRABLE")


async def _alter_constraints(raw: Any, how: str) -> None:
    for owner, name in await raw.fetch(WITHIN_A_TABLE):
        await raw.execute(f'ALTER TABLE {owner} ALTER CONSTRAINT "{name}" {how}')


def _columns(table: Table) -> str:
    return ", ".join(f'"{name}"' for name in names_of(table))


def _converted(rows: Sequence[Any], table: Table, convert_instant: Any, convert_day: Any) -> list[Row]:
    made = [list(row) for row in rows]
    for places, convert in ((instants_of(table), convert_instant), (days_of(table), convert_day)):
        for place in places:
            for row in made:
                row[place] = convert(row[place])
    return made
