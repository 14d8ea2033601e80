"""What the worker runs of ingest: a receiver for each mailbox, and the digest."""

import asyncio
import os
import socket

from app.channels import queries as channel_queries
from app.channels.kinds import is_fetched
from app.core.blobs import BlobStore
from app.core.crypto import SecretBox
from app.core.database import Database
from app.core.lease_keeper import run_alone
from app.core.log import get_logger
from app.core.wakeups import CHANNELS, RAW
from app.ingest.digest import digest_next
from app.ingest.receiving import LEASE_DURATION, Mailbox

LOOK_SECONDS = 5.0
HOLDER = f"{socket.gethostname()}:{os.getpid()}"

Running = dict[tuple[int, str], asyncio.Task[bool]]
"""By channel and a digest of its settings: when they change, the receiver begins anew."""

log = get_logger(__name__)


async def receive_all(database: Database, blobs: BlobStore, box: SecretBox) -> None:
    """Keep one receiver running for every active mailbox that no other worker receives."""
    running: Running = {}
    async with database.wakeups.subscribe(CHANNELS) as news:
        try:
            while True:
                await _adjust(database, blobs, box, running)
                await news.wait(LOOK_SECONDS)
        finally:
            await _stop(list(running.values()))


async def digest_all(database: Database, blobs: BlobStore) -> None:
    async with database.wakeups.subscribe(RAW) as news:
        while True:
            if database.room.is_short or not await digest_next(database, blobs):
                await news.wait(LOOK_SECONDS)


async def _adjust(database: Database, blobs: BlobStore, box: SecretBox, running: Running) -> None:
    async with database.reading() as session:
        kinds = [kind for kind in await channel_queries.list_kinds(session) if is_fetched(kind)]
        active = set((await channel_queries.map_active(session, kinds)).items())
    for key, task in list(running.items()):
        if task.done():
            _look_back_at(running.pop(key), key[0])
        elif key not in active:
            await _stop([running.pop(key)])
    for channel_id, digest in active - running.keys():
        mailbox = Mailbox(database, blobs, box, channel_id)
        running[channel_id, digest] = asyncio.create_task(
            run_alone(database, f"receiver:{channel_id}", holder=HOLDER, duration=LEASE_DURATION, work=mailbox.run)
        )


def _look_back_at(ended: asyncio.Task[bool], channel_id: int) -> None:
    """A mailbox that fails is begun again and leaves the others alone."""
    if not ended.cancelled() and (error := ended.exception()) is not None:
        log.error("a receiver failed and is started again", channel_id=channel_id, exc_info=error)


async def _stop(tasks: list[asyncio.Task[bool]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
