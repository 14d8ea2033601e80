from app.core.database import Database
from app.search import jobs
from app.tickets.consumers import Consumer, log_reader


async def run_once(database: Database, consumer: Consumer) -> int:
    """One round of a reader of the log; returns how many events had their effect."""
    async with log_reader(database, consumer) as reader:
        return await reader.catch_up()


async def catch_up(database: Database) -> None:
    """The index knows all that was written until now."""
    async with log_reader(database, jobs.SEARCH) as reader:
        await jobs.catch_up(database, reader)
