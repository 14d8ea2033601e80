from pathlib import Path

import pytest

from app.channels.models import Channel
from app.core.blobs import BlobStore
from app.core.crypto import SecretBox
from app.core.database import Database
from tests.support.arrivals import Intake
from tests.support.builders import build_channel
from tests.support.line_events import Talks, build_line


@pytest.fixture
def intake(database: Database, tmp_path: Path) -> Intake:
    return Intake(database, BlobStore(tmp_path / "blobs"))


@pytest.fixture
async def channel(database: Database) -> Channel:
    async with database.transaction() as session:
        return await build_channel(session)


@pytest.fixture
async def other_channel(database: Database) -> Channel:
    async with database.transaction() as session:
        return await build_channel(session, name="返品窓口", address="returns@example.jp")


@pytest.fixture
async def talks(database: Database, box: SecretBox, blobs: BlobStore) -> Talks:
    return Talks(database, blobs, await build_line(database, box))
