import pytest_asyncio

from app.core.blobs import BlobStore
from app.core.crypto import SecretBox
from app.core.database import Database
from app.core.desk import Desk
from app.core.settings import Settings


@pytest_asyncio.fixture
async def desk(database: Database, settings: Settings, box: SecretBox, blobs: BlobStore) -> Desk:
    return Desk(settings, database, blobs, box)
