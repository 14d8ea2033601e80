from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from app.core.blobs import BlobStore
from app.core.crypto import SecretBox
from app.core.database import Database
from app.core.desk import Desk as Installation
from app.core.settings import Settings
from tests.support.backups import desk_at
from tests.support.postgres import Postgres


@pytest.fixture
def here(database: Database, settings: Settings, blobs: BlobStore, box: SecretBox) -> Installation:
    """What a backup is made of."""
    return Installation(settings, database, blobs, box)


@pytest.fixture(params=["to SQLite", "to PostgreSQL"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "to SQLite":
        yield f"sqlite:///{tmp_path / 'there' / 'madoguchi.db'}"
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    url = postgres.create_database()
    yield url
    postgres.drop_database(url)


@pytest_asyncio.fixture
async def there(empty_url: str, tmp_path: Path, box: SecretBox) -> AsyncIterator[Installation]:
    """Where nothing is yet, not even a schema."""
    async with desk_at(tmp_path / "there", empty_url, box) as desk:
        yield desk


@pytest_asyncio.fixture
async def elsewhere(tmp_path: Path, box: SecretBox) -> AsyncIterator[Installation]:
    """The same, on SQLite alone: for what happens before a database is asked."""
    folder = tmp_path / "elsewhere"
    async with desk_at(folder, f"sqlite:///{folder / 'madoguchi.db'}", box) as desk:
        yield desk
