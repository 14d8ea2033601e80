"""The migrations, on both databases: up from nothing, the same tables as the models, down, and up again."""

from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

import app
from app.core.base import Base, load_models
from app.core.revision import newest_revision
from app.core.schema import config, downgrade, is_compared, make_engine, upgrade
from tests.support.postgres import Postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'madoguchi.db'}"
    postgres: Postgres = request.getfixturevalue("postgres")
    return postgres.create_database()


async def test_migrations_make_what_the_models_say_and_can_be_taken_back(empty_url: str) -> None:
    load_models(app)
    await upgrade(empty_url)
    assert await _inspect(empty_url, _differences) == []

    await downgrade(empty_url, "base")
    assert await _inspect(empty_url, _tables) == ["alembic_version"]

    await upgrade(empty_url)
    assert await _inspect(empty_url, _differences) == []


def test_the_newest_revision_is_known_without_alembic() -> None:
    assert ScriptDirectory.from_config(config()).get_current_head() == newest_revision()


async def _inspect(url: str, look: Any) -> Any:
    engine = make_engine(url)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(look)
    finally:
        await engine.dispose()


def _differences(connection: Connection) -> list[Any]:
    options = {"compare_type": True, "include_name": is_compared}
    context = MigrationContext.configure(connection, opts=options)
    return list(compare_metadata(context, Base.metadata))


def _tables(connection: Connection) -> list[str]:
    names = inspect(connection).get_table_names()
    return [name for name in names if not name.startswith("sqlite_")]
