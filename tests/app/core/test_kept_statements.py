import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import DBAPIError

from app.core.database import Database
from app.core.rows import fetch
from app.tickets.models import Status

ALL = select(func.count()).select_from(Status)
TWICE = insert(Status).from_select(["id", "key"], select(Status.id, Status.key)).returning(Status.id)


async def test_a_statement_that_fails_says_so_in_the_same_way_each_time(database: Database) -> None:
    """It is kept from its second time on."""
    for _ in range(3):
        with pytest.raises(DBAPIError):
            async with database.transaction() as session:
                await fetch(session, TWICE)

    async with database.reading() as session:
        [(count,)] = await fetch(session, ALL)
    assert count > 0
