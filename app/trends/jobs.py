"""Reads the log, then words, then counts days: each only when there is something."""

from zoneinfo import ZoneInfo

from app.core.database import Database
from app.tickets.consumers import Consumer, LogReader, log_reader
from app.trends import counting, reading

TRENDS = Consumer(reading.NAME, reading.mark)


async def keep_up(database: Database, zone: ZoneInfo) -> None:
    """Run until cancelled."""
    await reading.begin(database, zone)
    async with log_reader(database, TRENDS) as reader:
        while True:
            await catch_up(database, reader, zone)
            await reader.wait()


async def catch_up(database: Database, reader: LogReader, zone: ZoneInfo) -> None:
    await reader.catch_up()
    while await reading.read_marked(database):
        pass
    while await counting.count_marked(database, zone):
        pass
