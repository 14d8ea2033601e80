from pathlib import Path

import pytest

from app.core import revision
from app.core.crypto import SecretBox
from app.core.database import Database
from app.core.installation import SchemaOutdated, get_epoch, open_installation, why_not_ready
from app.core.settings import SettingsError


async def test_an_installation_is_the_same_at_each_start(database: Database, box: SecretBox) -> None:
    first = await open_installation(database, box)
    again = await open_installation(database, box)

    assert first.epoch == again.epoch
    async with database.reading() as session:
        assert await get_epoch(session) == first.epoch


async def test_another_key_than_the_database_was_made_with_is_refused(database: Database) -> None:
    with pytest.raises(SettingsError, match="MADOGUCHI_SECRET_KEY is not the key"):
        await open_installation(database, SecretBox("another key"))


async def test_a_database_without_schema_is_refused_and_no_file_is_made(tmp_path: Path, box: SecretBox) -> None:
    path = tmp_path / "none.db"
    database = Database(f"sqlite:///{path}")

    with pytest.raises(SchemaOutdated, match="run `madoguchi migrate`"):
        await open_installation(database, box)

    assert not path.exists()
    await database.dispose()


async def test_a_schema_of_another_version_is_told(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(revision, "newest_revision", lambda: "9999")

    assert "needs 9999: run `madoguchi migrate`" in await why_not_ready(database)
