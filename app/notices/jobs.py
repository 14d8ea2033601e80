from app.core.database import Database
from app.core.wakeups import EVENTS
from app.notices.service import tell
from app.tickets.consumers import Consumer, run_once

NOTICES = Consumer("notices", tell)
PATIENCE_SECONDS = 5.0


async def read_log(database: Database) -> None:
    """Run until cancelled."""
    async with database.wakeups.subscribe(EVENTS) as waiter:
        while True:
            await run_once(database, NOTICES)
            await waiter.wait(PATIENCE_SECONDS)
