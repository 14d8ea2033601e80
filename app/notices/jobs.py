import asyncio
from zoneinfo import ZoneInfo

from app.core.database import Database
from app.notices import digests
from app.notices.mailing import Post
from app.notices.service import tell
from app.sending.service import send_due
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
    await digests.put_together(post.database, zone)
    return await send_due(post.mailing)
