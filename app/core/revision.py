"""Which schema a database has, and which one this version works with (MODEL 29); `app.core.schema` changes it.

Every process asks at its start, so this does without Alembic, which would hold ten megabytes in each of them.
"""

from functools import cache
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from app.core.database import Database

MIGRATIONS = Path(__file__).parents[2] / "migrations" / "versions"
TABLE = "alembic_version"
CURRENT = text("SELECT version_num FROM alembic_version")


@cache
def newest_revision() -> str:
    """A migration's file begins with its revision, and they count upwards."""
    return max(path.name.partition("_")[0] for path in MIGRATIONS.glob("*.py"))


async def current_revision(database: Database) -> str:
    """Empty for a database that has no schema yet; asking makes no file."""
    if database.is_sqlite and not _has_file(database.url):
        return ""
    async with database.reader.connect() as connection:
        return await connection.run_sync(_revision_of)


def _has_file(url: str) -> bool:
    return Path(url.removeprefix("sqlite:///")).exists()


def _revision_of(connection: Connection) -> str:
    return connection.scalar(CURRENT) or "" if inspect(connection).has_table(TABLE) else ""
