from datetime import timedelta

from app.core.clock import now
from app.core.database import Database
from app.search.indexing import NAME, index_marked, mark
from app.search.rebuilding import weigh
from app.tickets.consumers import Consumer, LogReader, log_reader

SEARCH = Consumer(NAME, mark)
WEIGHED_EVERY = timedelta(hours=1)


async def keep_index(database: Database) -> None:
    """Run until cancelled."""
    weighed_at = None
    async with log_reader(database, SEARCH) as reader:
        while True:
            if await catch_up(database, reader) and (weighed_at is None or now() - weighed_at > WEIGHED_EVERY):
                await weigh(database)
                weighed_at = now()
            await reader.wait()


async def catch_up(database: Database, reader: LogReader) -> int:
    """Returns how many tickets were indexed."""
    await reader.catch_up()
    total = 0
    while count := await index_marked(database):
        total += count
    return total
