import asyncio
from datetime import timedelta
from zoneinfo import ZoneInfo

from app.core.blobs import BlobStore
from app.core.clock import now
from app.core.database import Database
from app.core.wakeups import EXPORTS
from app.reports import export_queries
from app.reports.exporting import Maker

PATIENCE_SECONDS = 15.0
KEPT_FOR = timedelta(days=1)
REMEMBERED_FOR = timedelta(days=7)
TIDY_EVERY = timedelta(minutes=10)


async def make_all(database: Database, blobs: BlobStore, zone: ZoneInfo) -> None:
    """Run until cancelled."""
    maker, tidied_at = Maker(database, blobs, zone), None
    async with database.wakeups.subscribe(EXPORTS) as waiter:
        while True:
            await make_waiting(database, maker)
            if tidied_at is None or now() - tidied_at > TIDY_EVERY:
                await forget_old(database, blobs)
                tidied_at = now()
            await waiter.wait(PATIENCE_SECONDS)


async def make_waiting(database: Database, maker: Maker) -> None:
    """Between two files everybody else has their turn."""
    has_more = not database.room.is_short
    while has_more:
        has_more = await maker.make_next()
        await asyncio.sleep(0)


async def forget_old(database: Database, blobs: BlobStore) -> None:
    """Rows first: a file that nothing names any more can be taken away at any time."""
    async with database.transaction() as session:
        hashes = await export_queries.end_old(session, before=now() - KEPT_FOR)
        await export_queries.delete_old(session, before=now() - REMEMBERED_FOR)
    for sha256 in hashes:
        await asyncio.to_thread(blobs.path(sha256).unlink, missing_ok=True)
