"""The PostgreSQL of the test run."""

from collections.abc import Iterator

import pytest

from tests.support.postgres import Postgres


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Make one database a process, migrate it, `remember_rows`, and `restore_rows` before each test."""
    server = Postgres.acquire()
    yield server
    server.release()
