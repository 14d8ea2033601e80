import asyncio

from app.chat.continuing import look_round
from app.chat.mails import Render
from app.core.database import Database
from app.core.wakeups import OUTBOX, RAW, VISITORS

REST_SECONDS = 0.3
LOOK_SECONDS = 5.0
"""That it is time wakes nobody."""


async def continue_by_mail(database: Database, render: Render) -> None:
    """Run until cancelled."""
    async with database.wakeups.subscribe(OUTBOX, RAW, VISITORS) as waiter:
        while True:
            await look_round(database, render)
            await asyncio.sleep(REST_SECONDS)
            await waiter.wait(LOOK_SECONDS)
