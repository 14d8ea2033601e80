import asyncio

import pytest
from sqlalchemy import select

from app.core import sqlite_driver
from app.core.database import Database, count_statements
from app.core.inserting import give_ids, insert_rows
from app.customers.models import Customer


async def test_numbers_taken_ahead_and_given_by_the_database_never_meet(database: Database) -> None:
    async with database.transaction() as session:
        first, second, third = (Customer(name=name) for name in ("一", "二", "三"))
        await give_ids(session, [first, second])
        session.add_all((first, second, third))
        await session.flush()
        await give_ids(session, [fourth := Customer(name="四")])

    assert first.id < second.id < third.id < fourth.id


async def test_numbered_records_are_inserted_in_one_statement(database: Database) -> None:
    seen = count_statements(database)

    async with database.transaction() as session:
        customers = [Customer(name=str(number)) for number in range(20)]
        await give_ids(session, customers)
        session.add_all(customers)

    assert len([statement for statement in seen if "INTO customers" in statement]) == 1


async def test_rows_have_the_defaults_of_columns_that_they_do_not_name(database: Database) -> None:
    async with database.transaction() as session:
        await insert_rows(session, Customer, [{"name": "一"}, {"name": "二"}])
        stored = (await session.scalars(select(Customer).order_by(Customer.id))).all()

    assert [(customer.name, customer.name_key) for customer in stored] == [("一", ""), ("二", "")]
    assert all(customer.created_at for customer in stored)


async def test_a_long_unit_that_writes_lets_the_other_tasks_run(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_driver, "TURN_SECONDS", 0)
    turns = 0

    async def count_turns() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    async with database.transaction() as session:
        other = asyncio.create_task(count_turns())
        for number in range(5):
            await insert_rows(session, Customer, [{"name": str(number)}])
        before_the_end = turns
    other.cancel()

    assert before_the_end >= 4
