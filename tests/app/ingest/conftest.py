from pathlib import Path

import pytest

from app.channels.models import Channel
from app.core.blobs import BlobStore
from app.core.database import Database
from tests.support.arrivals import Intake
from tests.support.builders import build_channel


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
