from app.core.database import Database
from app.tickets import turns
from app.tickets.consumers import Consumer, log_reader

TURNS = Consumer("turns", turns.give, prepare=turns.hold)


async def share_by_turn(database: Database) -> None:
    """Run until cancelled."""
    async with log_reader(database, TURNS) as reader:
        while True:
            await reader.catch_up()
            await reader.wait()
