"""What the worker runs of imports: each back-fill that is under way, one process each."""

import asyncio
import os
import socket
from datetime import timedelta

from app.core.blobs import BlobStore
from app.core.crypto import SecretBox
from app.core.database import Database
from app.core.lease_keeper import run_alone
from app.core.wakeups import CHANNELS
from app.imports import queries
from app.imports.filling import Filling

LEASE_DURATION = timedelta(seconds=10)
LOOK_SECONDS = 5.0
HOLDER = f"{socket.gethostname()}:{os.getpid()}"


async def fill_all(database: Database, blobs: BlobStore, box: SecretBox) -> None:
    """Run until cancelled."""
    running: dict[int, asyncio.Task[bool]] = {}
    async with database.wakeups.subscribe(CHANNELS) as news, asyncio.TaskGroup() as group:
        while True:
            async with database.reading() as session:
                wanted = {each.id for each in await queries.list_running(session)}
            running = {each: task for each, task in running.items() if not task.done()}
            for backfill_id in wanted - running.keys():
                filling = Filling(database, blobs, box, backfill_id)
                running[backfill_id] = group.create_task(
                    run_alone(
                        database,
                        f"backfill:{backfill_id}",
                        holder=HOLDER,
                        duration=LEASE_DURATION,
                        work=filling.run,
                    )
                )
            await news.wait(LOOK_SECONDS)
