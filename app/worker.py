"""The background half: receivers, digest, outbox, readers of the log, schedule. Any number of processes may run it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from app import schedule
from app.channels import senders
from app.core.blobs import BlobStore
from app.core.crypto import SecretBox
from app.core.database import Database
from app.core.log import get_logger
from app.core.settings import Settings
from app.ingest import jobs as ingest_jobs
from app.jobs.recurring import run_schedule
from app.notices import jobs as notice_jobs
from app.outbox import worker as outbox_worker
from app.replies import withdrawal

RESTART_SECONDS = 2.0

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Workplace:
    """What every part of the background half works with."""

    settings: Settings
    database: Database
    blobs: BlobStore
    box: SecretBox


async def run(place: Workplace) -> None:
    """Run until cancelled."""
    database, blobs, box = place.database, place.blobs, place.box
    sender_of = senders.factory(box, place.settings.data_dir)
    parts: dict[str, Callable[[], Awaitable[None]]] = {
        "receivers": lambda: ingest_jobs.receive_all(database, blobs, box),
        "digest": lambda: ingest_jobs.digest_all(database, blobs),
        "outbox": lambda: outbox_worker.run(database, blobs, sender_of, withdrawal.give_back),
        "notices": lambda: notice_jobs.read_log(database),
        "schedule": lambda: run_schedule(database, schedule.JOBS),
    }
    async with asyncio.TaskGroup() as group:
        for name, part in parts.items():
            group.create_task(_keep_running(name, part), name=name)


async def _keep_running(name: str, part: Callable[[], Awaitable[None]]) -> None:
    """A fault in one part, such as a database that is away for a while, ends neither it nor the others."""
    while True:
        try:
            await part()
        except Exception as error:
            log.error("a part of the background half failed and is started again", part=name, exc_info=error)
        await asyncio.sleep(RESTART_SECONDS)
