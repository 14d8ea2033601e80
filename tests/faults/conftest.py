"""A desk of which nothing runs yet, on each database, and workers for it that are killed."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.webs import Webs, webs_of
from tests.faults.workers import Workers, workers_of
from tests.support.serving import ServedDesk


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> Iterator[ServedDesk]:
    """With tables and nothing in them; its log is shown when the test fails."""
    desk = ServedDesk(tmp_path, database_url)
    yield desk
    if desk.process is not None:
        desk.kill()
    sys.stdout.write(desk.log)


@pytest.fixture
def workers(desk: ServedDesk) -> Iterator[Workers]:
    yield from workers_of(desk)


@pytest.fixture
def webs(desk: ServedDesk) -> Iterator[Webs]:
    yield from webs_of(desk)
