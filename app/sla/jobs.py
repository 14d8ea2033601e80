from app.core.database import Database
from app.core.wakeups import CHANNELS
from app.sla import keeping, recounting
from app.tickets.consumers import Consumer, log_reader

DEADLINES = Consumer("deadlines", keeping.follow, prepare=keeping.hold)
REST_SECONDS = 0.02
"""Between two steps of a recount: people come first."""
LOOK_SECONDS = 5.0
"""Also for whether those are over whom a recount waits for."""


async def read_log(database: Database) -> None:
    """Run until cancelled."""
    async with log_reader(database, DEADLINES) as reader:
        while True:
            await reader.catch_up()
            await reader.wait()


async def recount(database: Database) -> None:
    """Run until cancelled. After a restart it goes on where it was."""
    async with database.wakeups.subscribe(CHANNELS) as waiter:
        while True:
            has_more = await recounting.recount_step(database)
            await waiter.wait(REST_SECONDS if has_more else LOOK_SECONDS)
