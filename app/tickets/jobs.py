from app.core.database import Database
from app.core.wakeups import EVENTS
from app.tickets import turns
from app.tickets.consumers import Consumer, run_once

TURNS = Consumer("turns", turns.give, prepare=turns.hold)
PATIENCE_SECONDS = 5.0


async def share_by_turn(database: Database) -> None:
    """Run until cancelled."""
    async with database.wakeups.subscribe(EVENTS) as waiter:
        while True:
            await run_once(database, TURNS)
            await waiter.wait(PATIENCE_SECONDS)
