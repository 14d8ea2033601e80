import asyncio
from zoneinfo import ZoneInfo

from app.autoreplies import answering, talk_answering
from app.channels.senders import SenderOf
from app.core.database import Database
from app.core.wakeups import EVENTS, FILES
from app.tickets.consumers import Consumer, log_reader

AUTO_REPLIES = Consumer("auto replies", answering.answer, prepare=answering.hold)
REST_SECONDS = 0.3
LOOK_SECONDS = 2.0
"""Who comes back to us wakes nobody; a right to reply is good for a minute."""


async def read_log(database: Database) -> None:
    """Run until cancelled."""
    async with log_reader(database, AUTO_REPLIES) as reader:
        while True:
            await reader.catch_up()
            await reader.wait()


async def answer_talks(database: Database, sender_of: SenderOf, zone: ZoneInfo) -> None:
    """Run until cancelled."""
    async with database.wakeups.subscribe(EVENTS, FILES) as waiter:
        while True:
            await talk_answering.look_round(database, sender_of, zone)
            await asyncio.sleep(REST_SECONDS)
            await waiter.wait(LOOK_SECONDS)
