"""Many new rows at once. The ORM asks the database for each new row's number, one row and one statement at a time."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table, insert, inspect
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.base import Base, Record
from app.core.database import dialect_of


async def insert_rows(session: AsyncSession, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """In one statement. All rows name the same columns; those that none names get their defaults."""
    if rows:
        connection = await session.connection()
        await connection.execute(insert(table_of(model)), rows)


async def give_ids(session: AsyncSession, records: Sequence[Record]) -> None:
    """Number new records of one kind in their order, so that a flush inserts all of them in one statement."""
    if records:
        ids = await dialect_of(session).take_ids(session, table_of(type(records[0])), len(records))
        for record, record_id in zip(records, ids, strict=True):
            record.id = record_id


def table_of(model: type[Base]) -> Table:
    table = inspect(model).local_table
    assert isinstance(table, Table)
    return table
