"""A database as the migrations leave it, fresh for each test, on SQLite and on PostgreSQL."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncSession

from app.core import schema
from app.core.crypto import SecretBox
from app.core.database import Database
from app.core.installation import open_installation
from tests.support.kept_compilations import keep_compilations
from tests.support.postgres import Postgres
from tests.support.row_order import turn_round

SECRET_KEY = "the key of all tests"
SQLITE = "sqlite"
POSTGRES = "postgres"


@pytest.fixture(scope="session")
def box() -> SecretBox:
    return SecretBox(SECRET_KEY)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory, box: SecretBox) -> Path:
    path = tmp_path_factory.mktemp("template") / "madoguchi.db"
    _run(_migrate(f"sqlite:///{path}", box))
    return path


@pytest.fixture(scope="session")
def postgres_url(postgres: Postgres, box: SecretBox) -> str:
    """One database for all tests of a process; its rows are put back before each."""
    url = postgres.create_database()
    _run(_migrate(url, box))
    postgres.remember_rows(url)
    return url


@pytest.fixture(scope="session", autouse=True)
def no_order_without_asking() -> None:
    turn_round()


@pytest.fixture(scope="session", autouse=True)
def statements_compiled_once() -> None:
    keep_compilations()


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """For the few tests whose matter is a file; the others take `database_url`."""
    copy = tmp_path / "madoguchi.db"
    shutil.copyfile(sqlite_template, copy)
    return f"sqlite:///{copy}"


@pytest.fixture(params=[SQLITE, POSTGRES])
def database_url(request: pytest.FixtureRequest) -> str:
    if request.param == SQLITE:
        return str(request.getfixturevalue("sqlite_url"))
    url = str(request.getfixturevalue("postgres_url"))
    postgres: Postgres = request.getfixturevalue("postgres")
    postgres.restore_rows(url)
    return url


@pytest_asyncio.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    yield database
    await database.dispose()


@pytest_asyncio.fixture
async def session(database: Database) -> AsyncIterator[AsyncSession]:
    """One unit of work, committed when the test is over. Not together with `client`: SQLite has one writer."""
    async with database.transaction() as session:
        yield session


async def _migrate(url: str, box: SecretBox) -> None:
    await schema.upgrade(url)
    database = Database(url)
    await open_installation(database, box)
    await database.dispose()


def _run(work: Awaitable[None]) -> None:
    """In a loop of its own, before any test has one."""

    async def wait() -> None:
        await work

    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        runner.run(wait())
