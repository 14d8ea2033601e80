"""The tests' own PostgreSQL gives each test the rows of the migrations and nothing else."""

import asyncio
from collections.abc import Iterator
from typing import Any

import asyncpg
import pytest

from tests.support.postgres import Postgres

SCHEMA = [
    """CREATE TABLE parents (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text,
        upper_name text GENERATED ALWAYS AS (upper(name)) STORED)""",
    "CREATE TABLE children (id bigserial PRIMARY KEY, parent_id bigint NOT NULL REFERENCES parents (id))",
    "INSERT INTO parents (name) VALUES ('first')",
]


@pytest.fixture
def url(postgres: Postgres) -> Iterator[str]:
    made = postgres.create_database()
    yield made
    postgres.drop_database(made)


def run(url: str, statement: str) -> list[tuple[Any, ...]]:
    async def fetch() -> list[tuple[Any, ...]]:
        connection = await asyncpg.connect(url)
        rows = await connection.fetch(statement)
        await connection.close()
        return [tuple(row) for row in rows]

    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        return runner.run(fetch())


def fill(url: str) -> None:
    for statement in SCHEMA:
        run(url, statement)


def test_rows_and_numbers_come_back(postgres: Postgres, url: str) -> None:
    fill(url)
    postgres.remember_rows(url)

    for _ in range(2):
        assert run(url, "INSERT INTO parents (name) VALUES ('new') RETURNING id") == [(2,)]
        assert run(url, "INSERT INTO children (parent_id) VALUES (2) RETURNING id") == [(1,)]
        run(url, "UPDATE parents SET name = 'other' WHERE id = 1")
        postgres.restore_rows(url)
        assert run(url, "SELECT id, name, upper_name FROM parents") == [(1, "first", "FIRST")]
        assert run(url, "SELECT id FROM children") == []


def test_a_copy_is_a_database_of_its_own(postgres: Postgres, url: str) -> None:
    fill(url)

    copy = postgres.create_database(template=url)
    run(copy, "DELETE FROM parents")

    assert run(url, "SELECT name FROM parents") == [("first",)]
    postgres.drop_database(copy)
