from sqlalchemy.ext.asyncio import AsyncSession

from app.core.database import Database
from app.escalations import telling
from app.tickets.consumers import Consumer, log_reader

ESCALATIONS = Consumer("escalations", telling.follow, prepare=telling.hold)


async def read_log(database: Database) -> None:
    """Run until cancelled."""
    async with log_reader(database, ESCALATIONS) as reader:
        while True:
            await reader.catch_up()
            await reader.wait()


async def look_at_the_clock(session: AsyncSession) -> None:
    """For the schedule."""
    await telling.tell_due(session)
    await telling.give_back_of_the_gone(session)
