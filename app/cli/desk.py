"""What a command works with, opened and checked before it and closed after it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from app.channels import endpoints
from app.cli.failures import CommandFailed
from app.core import log
from app.core.blobs import BlobStore
from app.core.crypto import load_secret_box
from app.core.database import Database
from app.core.desk import Desk
from app.core.i18n import use_locale
from app.core.installation import open_installation
from app.core.settings import Settings, load_settings

Result = TypeVar("Result")


def configure() -> Settings:
    """Raises SettingsError. Commands speak English."""
    settings = load_settings()
    log.configure(settings)
    use_locale("en")
    return settings


def open_desk(settings: Settings) -> Desk:
    endpoints.use(settings)
    database = Database(settings.database_url)
    database.room.watch(settings.blob_dir)
    return Desk(settings, database, BlobStore(settings.blob_dir), load_secret_box(settings))


def at_desk(work: Callable[[Desk], Awaitable[Result]]) -> Result:
    """Run `work` with a desk whose database fits. Raises SettingsError and SchemaOutdated."""
    return asyncio.run(_at_desk(configure(), work))


def in_unit(work: Callable[[AsyncSession], Awaitable[Result]]) -> Result:
    """Run `work` in one unit of work that writes."""

    async def work_at_desk(desk: Desk) -> Result:
        async with desk.database.transaction() as session:
            return await work(session)

    return at_desk(work_at_desk)


async def check_database(desk: Desk) -> None:
    """Before anything else. Raises CommandFailed, SchemaOutdated, SettingsError, each with one line."""
    try:
        await open_installation(desk.database, desk.box)
    except desk.database.dialect.errors as error:
        raise CommandFailed(f"the database cannot be used: {error}") from error


async def _at_desk(settings: Settings, work: Callable[[Desk], Awaitable[Result]]) -> Result:
    desk = open_desk(settings)
    try:
        await check_database(desk)
        return await work(desk)
    finally:
        await desk.database.dispose()
