"""Counts marked days anew beside the requests, when some quiet has passed."""

import asyncio
from zoneinfo import ZoneInfo

from app.core.database import Database
from app.tallies import service

LOOK_SECONDS = 20.0
"""A day that many are at work on is counted that often at most; its facts serve meanwhile."""

PAUSE_SECONDS = 0.05


async def keep_up(database: Database, zone: ZoneInfo) -> None:
    """Run until cancelled. Every marked day once, then a rest: today is marked again at once."""
    while True:
        await count_all_marked(database, zone)
        await asyncio.sleep(LOOK_SECONDS)


async def count_all_marked(database: Database, zone: ZoneInfo) -> None:
    for day in await service.list_marked_days(database, zone):
        if not database.room.is_short:
            await service.count_anew(database, day, zone)
            await asyncio.sleep(PAUSE_SECONDS)
