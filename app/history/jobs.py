import asyncio
from datetime import timedelta
from functools import partial
from secrets import token_hex
from zoneinfo import ZoneInfo

from app.core.blobs import COLLECTION_LEASE, BlobStore
from app.core.clock import now
from app.core.database import Database
from app.core.lease_keeper import run_alone
from app.core.wakeups import EXPORTS
from app.history import export_queries
from app.history.exporting import Maker

PATIENCE_SECONDS = 15.0
KEPT_FOR = timedelta(days=1)
REMEMBERED_FOR = timedelta(days=7)
TIDY_EVERY = timedelta(minutes=10)
LEASE_DURATION = timedelta(seconds=60)


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
    """A backup that has begun finds every file that it named: what is old waits for its end."""
    async with database.transaction() as session:
        await export_queries.delete_old(session, before=now() - REMEMBERED_FOR)
        has_old = await export_queries.has_old(session, before=now() - KEPT_FOR)
    if has_old:
        clear = partial(_clear_away, database, blobs)
        await run_alone(database, COLLECTION_LEASE, holder=token_hex(4), duration=LEASE_DURATION, work=clear)


async def _clear_away(database: Database, blobs: BlobStore) -> None:
    """Rows first: a file that nothing names any more can be taken away at any time."""
    async with database.transaction() as session:
        hashes = await export_queries.end_old(session, before=now() - KEPT_FOR)
    for sha256 in hashes:
        await asyncio.to_thread(blobs.path(sha256).unlink, missing_ok=True)
