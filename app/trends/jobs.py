"""Reads the log, then words: each only when there is something."""

from app.core.database import Database
from app.tickets.consumers import Consumer, LogReader, log_reader
from app.trends import reading

TRENDS = Consumer(reading.NAME, reading.mark)


async def keep_up(database: Database) -> None:
    """Run until cancelled."""
    await reading.begin(database)
    async with log_reader(database, TRENDS) as reader:
        while True:
            await catch_up(database, reader)
            await reader.wait()


async def catch_up(database: Database, reader: LogReader) -> None:
    await reader.catch_up()
    while await reading.read_marked(database):
        pass
