"""A desk with something of everything, a backup of it, and an empty place to bring it back to."""

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from app.backup import contents
from app.core.blobs import BlobStore
from app.core.crypto import SecretBox
from app.core.database import Database
from app.core.desk import Desk
from app.core.settings import Settings


@asynccontextmanager
async def desk_at(folder: Path, database_url: str, box: SecretBox) -> AsyncIterator[Desk]:
    os.makedirs(folder, exist_ok=True)
    settings = Settings(_env_file=None, data_dir=folder, database_url=database_url)
    desk = Desk(settings, Database(settings.database_url), BlobStore(settings.blob_dir), box)
    try:
        yield desk
    finally:
        await desk.database.dispose()


async def all_rows(desk: Desk, beside: Path) -> Mapping[str, list[Any]]:
    """Of every table that a backup holds, in an order that depends on the rows alone."""
    found = {}
    async with desk.database.dialect.snapshot(desk.database.url, beside) as snapshot:
        for table in contents.tables():
            rows = [row async for batch in snapshot.rows(table) for row in batch]
            found[table.name] = sorted(rows, key=str)
    return found


def keep_quiet(part: str, count: int) -> None:
    """Nothing is said."""
