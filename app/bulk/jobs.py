import asyncio

from app.bulk import carrying
from app.core.database import Database
from app.core.wakeups import BULK

PATIENCE_SECONDS = 5.0


async def carry_out(database: Database) -> None:
    """Run until cancelled."""
    async with database.wakeups.subscribe(BULK) as waiter:
        while True:
            await carry_all(database)
            await waiter.wait(PATIENCE_SECONDS)


async def carry_all(database: Database) -> None:
    """Between two tickets everybody else has their turn."""
    has_more = True
    while has_more:
        has_more = await carrying.carry_on(database)
        await asyncio.sleep(0)
