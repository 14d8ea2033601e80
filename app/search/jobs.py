from datetime import timedelta

from app.core.clock import now
from app.core.database import Database
from app.core.wakeups import EVENTS
from app.search.indexing import NAME, index_marked, mark
from app.search.rebuilding import weigh
from app.tickets.consumers import Consumer, run_once

SEARCH = Consumer(NAME, mark)
PATIENCE_SECONDS = 5.0
WEIGHED_EVERY = timedelta(hours=1)


async def keep_index(database: Database) -> None:
    """Run until cancelled."""
    weighed_at = None
    async with database.wakeups.subscribe(EVENTS) as waiter:
        while True:
            if await catch_up(database) and (weighed_at is None or now() - weighed_at > WEIGHED_EVERY):
                await weigh(database)
                weighed_at = now()
            await waiter.wait(PATIENCE_SECONDS)


async def catch_up(database: Database) -> int:
    """Returns how many tickets were indexed."""
    await run_once(database, SEARCH)
    total = 0
    while count := await index_marked(database):
        total += count
    return total
