from app.core.database import Database
from app.search import jobs
from app.tickets.consumers import log_reader


async def catch_up(database: Database) -> None:
    """The index knows all that was written until now."""
    async with log_reader(database, jobs.SEARCH) as reader:
        await jobs.catch_up(database, reader)
