from pathlib import Path

import pytest

from app.channels.models import Channel
from app.core.blobs import BlobStore
from app.core.database import Database
from tests.app.autoreplies.confirming import Confirming
from tests.support.arrivals import Intake
from tests.support.builders import build_channel


@pytest.fixture
async def channel(database: Database) -> Channel:
    async with database.transaction() as session:
        return await build_channel(session)


@pytest.fixture
async def confirming(database: Database, tmp_path: Path, channel: Channel) -> Confirming:
    """A desk whose mailbox confirms by itself."""
    found = Confirming(Intake(database, BlobStore(tmp_path / "blobs")))
    await found.turn_on(channel)
    return found
