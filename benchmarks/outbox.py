"""Mails a second that workers hand to an SMTP server of this machine, from the first of a full outbox to the last."""

import asyncio
import time
from collections.abc import Iterator, Sized
from contextlib import contextmanager
from pathlib import Path

from benchmarks.databases import empty
from benchmarks.report import Report, speed
from tests.faults.sending import SendingDriver, open_sending
from tests.faults.workers import Workers, workers_of
from tests.support.certificates import make_certificate
from tests.support.serving import ServedDesk
from tests.support.smtp import RecordingSmtpServer

WORKERS = (1, 4)
REPLIES_PER_TICKET = 10
LOOK_SECONDS = 0.01


def measure(folder: Path, count: int, database: str, report: Report) -> None:
    with empty(database, folder) as url, _smtp_server(folder) as server:
        desk = ServedDesk(folder, url)
        desk.run("migrate")
        with contextmanager(workers_of)(desk) as workers:
            asyncio.run(_measure(desk, workers, server, count, database, report))


async def _measure(
    desk: ServedDesk, workers: Workers, server: RecordingSmtpServer, count: int, database: str, report: Report
) -> None:
    async with desk.open() as opened:
        driver = await open_sending(opened, server)
        for number in WORKERS:
            name = f"outbox, {number} workers, {database}"
            before = speed()
            report.add(f"{name}: gone", count / await _seconds(driver, workers, number, count), "mails/s")
            report.add(f"{name}: ten million additions meanwhile", (before + speed()) / 2, "s")
        await driver.check()


async def _seconds(driver: SendingDriver, workers: Workers, number: int, count: int) -> float:
    for _ in range(count // REPLIES_PER_TICKET):
        await driver.accept(REPLIES_PER_TICKET)
    received = driver.smtp.received
    first, last = len(received) + 1, len(received) + count
    started = [workers.start() for _ in range(number)]
    await _reaches(received, first)
    began = time.perf_counter()
    await _reaches(received, last)
    lasted = time.perf_counter() - began
    await driver.is_over()
    for worker in started:
        await worker.end()
    return lasted


async def _reaches(received: Sized, count: int) -> None:
    while len(received) < count:
        await asyncio.sleep(LOOK_SECONDS)


@contextmanager
def _smtp_server(folder: Path) -> Iterator[RecordingSmtpServer]:
    server = RecordingSmtpServer(make_certificate(folder))
    server.start()
    try:
        yield server
    finally:
        server.stop()
