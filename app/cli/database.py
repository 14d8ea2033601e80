import asyncio

import typer

from app.cli.desk import check_database, configure, open_desk
from app.core import revision
from app.core.settings import Settings


def migrate() -> None:
    """Bring the database to the newest schema; of an SQLite file a copy is kept beside it first.

    Example: madoguchi migrate
    """
    typer.echo(migrate_to_newest(configure()))


def migrate_to_newest(settings: Settings) -> str:
    """The revision that the database has then. One that has it already is not touched."""
    return asyncio.run(_migrate(settings))


async def _migrate(settings: Settings) -> str:
    from app.core import schema  # noqa: PLC0415  # Alembic's ten megabytes are not for the commands that serve

    desk, newest = open_desk(settings), revision.newest_revision()
    try:
        if await revision.current_revision(desk.database) != newest:
            await schema.upgrade(settings.database_url)
        await check_database(desk)
    finally:
        await desk.database.dispose()
    return newest
