"""Brings a database to the newest schema (MODEL 29)."""

import asyncio
import shutil
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, NullPool, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from app.core.postgres import driver_url

ROOT = Path(__file__).parents[2]
INDEX_TABLES = "search_index_"


def config() -> Config:
    made = Config()
    made.set_main_option("script_location", str(ROOT / "migrations"))
    made.set_main_option("path_separator", "os")
    return made


async def upgrade(url: str) -> None:
    """On SQLite a copy of the file is kept beside it first, for the case that something goes wrong."""
    if url.startswith("sqlite"):
        await asyncio.to_thread(_prepare_file, _file_of(url))
    await _run(url, "upgrade", "head")


async def downgrade(url: str, revision: str) -> None:
    await _run(url, "downgrade", revision)


def is_compared(name: str | None, kind: str, parents: object) -> bool:
    """Whether the models know of a table: those of the search index are each database's own."""
    return kind != "table" or not (name or "").startswith(INDEX_TABLES)


async def _run(url: str, direction: str, revision: str) -> None:
    engine = make_engine(url)
    try:
        async with engine.connect() as connection:
            if url.startswith("sqlite"):
                await connection.execute(text("PRAGMA foreign_keys=OFF"))
                await connection.commit()
            await connection.run_sync(_migrate, direction, revision)
            await connection.commit()
    finally:
        await engine.dispose()


def _migrate(connection: Connection, direction: str, revision: str) -> None:
    made = config()
    made.attributes["connection"] = connection
    getattr(command, direction)(made, revision)


def make_engine(url: str) -> AsyncEngine:
    driver = url.replace("sqlite://", "sqlite+aiosqlite://", 1) if url.startswith("sqlite") else driver_url(url)
    return create_async_engine(driver, poolclass=NullPool)


def _file_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def _prepare_file(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        shutil.copy2(path, path.with_name(f"{path.name}.before-migration"))
