"""Reads the log, then words, then counts days: each only when there is something, and days not at every word."""

import time
from zoneinfo import ZoneInfo

from app.core.database import Database
from app.tickets.consumers import Consumer, LogReader, log_reader
from app.trends import counting, reading

TRENDS = Consumer(reading.NAME, reading.mark)
COUNT_SECONDS = 20.0
"""A day that many are at work on is counted that often at most; its tickets serve meanwhile."""


async def keep_up(database: Database, zone: ZoneInfo) -> None:
    """Run until cancelled."""
    await reading.begin(database, zone)
    counted_at: float | None = None
    async with log_reader(database, TRENDS) as reader:
        while True:
            await read(database, reader)
            if counted_at is None or time.monotonic() - counted_at >= COUNT_SECONDS:
                await count(database, zone)
                counted_at = time.monotonic()
            await reader.wait()


async def catch_up(database: Database, reader: LogReader, zone: ZoneInfo) -> None:
    await read(database, reader)
    await count(database, zone)


async def read(database: Database, reader: LogReader) -> None:
    await reader.catch_up()
    while await reading.read_marked(database):
        pass


async def count(database: Database, zone: ZoneInfo) -> None:
    while await counting.count_marked(database, zone):
        pass
