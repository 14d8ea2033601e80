"""Hears of commits made by other processes and wakes those who wait in this one."""

from app.core.database import Database


async def listen(database: Database) -> None:
    """Run until cancelled."""
    await database.dialect.listen(database.url, database.wakeups)
