import asyncio

import typer

from app.cli.desk import check_database, configure, open_desk
from app.core import schema
from app.core.settings import Settings


def migrate() -> None:
    """Bring the database to the newest schema; of an SQLite file a copy is kept beside it first.

    Example: madoguchi migrate
    """
    settings = configure()
    typer.echo(asyncio.run(_migrate(settings)))


async def _migrate(settings: Settings) -> str:
    await schema.upgrade(settings.database_url)
    desk = open_desk(settings)
    try:
        await check_database(desk)
    finally:
        await desk.database.dispose()
    return schema.newest_revision()
