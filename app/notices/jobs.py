import asyncio
from zoneinfo import ZoneInfo

from app.core.database import Database
from app.notices import digest_queries, digests
from app.notices.mailing import Post, send_next
from app.notices.service import tell
from app.tickets.consumers import Consumer, log_reader

NOTICES = Consumer("notices", tell)
MAIL_PAUSE_SECONDS = 30.0


async def read_log(database: Database) -> None:
    """Run until cancelled."""
    async with log_reader(database, NOTICES) as reader:
        while True:
            await reader.catch_up()
            await reader.wait()


async def mail(post: Post, zone: ZoneInfo) -> None:
    """Run until cancelled."""
    while True:
        await mail_once(post, zone)
        await asyncio.sleep(MAIL_PAUSE_SECONDS)


async def mail_once(post: Post, zone: ZoneInfo) -> int:
    """What is due now; returns how many mails this worker dealt with."""
    async with post.database.reading() as session:
        is_needed = await digest_queries.has_lost(session)
    if is_needed:
        async with post.database.transaction() as session:
            await digest_queries.recover_lost(session)
    await digests.put_together(post.database, zone)
    count = 0
    while not post.database.room.is_short and await send_next(post):
        count += 1
    return count
