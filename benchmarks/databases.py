"""A database of either kind for one part: a file in a folder, or one of a PostgreSQL that is there meanwhile."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from tests.support.postgres import URL_VARIABLE, Postgres

SQLITE, POSTGRESQL = "sqlite", "postgresql"
DATABASES = (SQLITE, POSTGRESQL)
KEY = "A" * 43 + "="
"""A kept database is opened with the key that it was made with."""


@contextmanager
def empty(name: str, folder: Path) -> Iterator[str]:
    """Its address, as `MADOGUCHI_DATABASE_URL` has it."""
    folder.mkdir(parents=True, exist_ok=True)
    if name == SQLITE:
        yield f"sqlite:///{folder / 'madoguchi.db'}"
        return
    postgres = Postgres.acquire()
    try:
        yield postgres.create_database()
    finally:
        postgres.release()


@contextmanager
def keeping(name: str, folder: Path, key: str) -> Iterator[str]:
    """That of the last run, where it is kept: a file, or a database of a server that was named; else an empty one."""
    if name != SQLITE and (server := os.environ.get(URL_VARIABLE)):
        yield asyncio.run(_found_or_made(server, f"madoguchi_bench_{key.replace('-', '_')}"))
        return
    with empty(name, folder / key) as url:
        yield url


async def _found_or_made(server: str, database: str) -> str:
    connection = await asyncpg.connect(server)
    try:
        if not await connection.fetchval("SELECT true FROM pg_database WHERE datname = $1", database):
            await connection.execute(f"CREATE DATABASE {database} TEMPLATE template0")
    finally:
        await connection.close()
    return urlunsplit(urlsplit(server)._replace(path=f"/{database}"))
