"""A desk that is really served, for each test."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.support.dovecot import Mailbox
from tests.support.fixtures_database import POSTGRES, SQLITE
from tests.support.office import Office, add_mailbox, open_office
from tests.support.postgres import Postgres
from tests.support.serving import ServedDesk
from tests.support.smtp import RecordingSmtpServer


@pytest.fixture
def desk(sqlite_url: str, tmp_path: Path) -> Iterator[ServedDesk]:
    """With tables and nothing in them; not started."""
    yield from _kept(ServedDesk(tmp_path, sqlite_url))


@pytest.fixture
def desk_on_each(database_url: str, tmp_path: Path) -> Iterator[ServedDesk]:
    """With tables and nothing in them, on each database; not started."""
    yield from _kept(ServedDesk(tmp_path, database_url))


@pytest_asyncio.fixture
async def office(desk: ServedDesk, mailbox: Mailbox, smtp_server: RecordingSmtpServer) -> Office:
    """On SQLite, with one mailbox, running."""
    office = await open_office(desk, mailbox, smtp_server)
    await add_mailbox(desk, mailbox, smtp_server)
    desk.start()
    return office


@pytest.fixture(params=[SQLITE, POSTGRES])
def empty_desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ServedDesk]:
    """Without tables, on each database; not started."""
    if request.param == SQLITE:
        url = f"sqlite:///{tmp_path / 'madoguchi.db'}"
    else:
        postgres: Postgres = request.getfixturevalue("postgres")
        url = postgres.create_database()
    yield from _kept(ServedDesk(tmp_path, url))


def _kept(desk: ServedDesk) -> Iterator[ServedDesk]:
    """Its log is shown when the test fails."""
    try:
        yield desk
        desk.stop()
        assert "Traceback" not in desk.log
    finally:
        if desk.process is not None:
            desk.kill()
        sys.stdout.write(desk.log)
