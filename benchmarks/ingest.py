"""From Dovecot to tickets with one worker on SQLite: raw stored and digested."""

import asyncio
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from app.core import schema
from app.core.blobs import BlobStore
from app.core.crypto import SecretBox
from app.core.database import Database
from app.ingest import jobs, queries
from app.ingest.models import RawState
from benchmarks.mails import fill_mailbox
from benchmarks.report import Report
from tests.support.dovecot import Dovecot, Mailbox
from tests.support.mailboxes import add_email_channel

LOOK_SECONDS = 0.25
TICK_SECONDS = 0.005
SCHEDULED = Path("/proc/thread-self/schedstat")


class LoopWatch:
    """How long the event loop was held at most, and how long when the waits of its thread for a processor do not count.

    The first also grows with what else the machine does.
    """

    def __init__(self) -> None:
        self.longest = 0.0
        self.longest_by_us = 0.0

    async def run(self) -> None:
        while True:
            began, waited = time.perf_counter(), _waited_for_processor()
            await asyncio.sleep(TICK_SECONDS)
            late = time.perf_counter() - began - TICK_SECONDS
            self.longest = max(self.longest, late)
            self.longest_by_us = max(self.longest_by_us, late - (_waited_for_processor() - waited))


def _waited_for_processor() -> float:
    """Seconds in which this thread was ready to run and did not."""
    return int(SCHEDULED.read_text().split()[1]) / 1e9


async def measure(folder: Path, count: int, best: float, report: Report) -> None:
    server = Dovecot.create()
    try:
        mailbox = fill_mailbox(server, count)
        database = await _open(folder / "madoguchi.db", mailbox)
        watch = LoopWatch()
        took, cpu = await _take_in(database, BlobStore(folder / "blobs"), count, watch)
        await database.dispose()
    finally:
        server.remove()
    report.add("ingest: raw stored and digested", count / took, "mails/s")
    report.add("ingest: of the bare loop", count / took / best, "times")
    report.add("ingest: CPU", cpu / count * 1000, "ms/mail")
    report.add("ingest: event loop held at most", watch.longest * 1000, "ms")
    report.add("ingest: event loop held at most by the desk itself", watch.longest_by_us * 1000, "ms")


async def _open(path: Path, mailbox: Mailbox) -> Database:
    url = f"sqlite:///{path}"
    await schema.upgrade(url)
    database = Database(url)
    async with database.transaction() as session:
        await add_email_channel(session, _BOX, mailbox)
    return database


async def _take_in(database: Database, blobs: BlobStore, count: int, watch: LoopWatch) -> tuple[float, float]:
    """Seconds and CPU seconds."""
    began, cpu_began = time.perf_counter(), time.process_time()
    async with _running(watch.run(), jobs.receive_all(database, blobs, _BOX), jobs.digest_all(database, blobs)):
        while await _digested(database) < count:
            await asyncio.sleep(LOOK_SECONDS)
    return time.perf_counter() - began, time.process_time() - cpu_began


async def _digested(database: Database) -> int:
    async with database.reading() as session:
        counts = await queries.count_by_channel(session)
    return sum(count for (_, state), count in counts.items() if state is not RawState.STORED)


@asynccontextmanager
async def _running(*works: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(work) for work in works]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


_BOX = SecretBox("benchmark")
