"""An empty database of either kind for one part: a file in a folder, or one of a PostgreSQL that is there meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.postgres import Postgres

SQLITE, POSTGRESQL = "sqlite", "postgresql"
DATABASES = (SQLITE, POSTGRESQL)


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
