"""Workers are killed while they take mails in: every mail is one message on one ticket."""

import os
import random
import signal
from collections.abc import Callable
from dataclasses import dataclass
from itertools import cycle, islice

import pytest

from app.ingest import digest
from app.ingest.digest import MAX_ATTEMPTS
from app.ingest.models import RawState
from app.ingest.preparing import Prepared
from connectors.contracts import Connector
from tests.faults.arriving import ArrivingDriver
from tests.faults.workers import END_SECONDS, Point, Worker, Workers, moment
from tests.support.dovecot import Mailbox
from tests.support.network import eventually
from tests.support.office import add_mailbox
from tests.support.serving import ServedDesk
from tests.support.smtp import RecordingSmtpServer

LONGEST_MOMENT = 1.5
PLACES: list[Point | None] = [
    Point("app.ingest.receiving", "accept"),
    Point("app.channels.queries", "move_cursor"),
    Point("app.ingest.receiving", "accept", is_after=True),
    Point("app.ingest.digest", "store", is_after=True),
    Point("app.ingest.digest", "digest", is_after=True),
    None,
]
"""After the fetch, before the cursor moves, after the raw commit, in the digest, after it; and at any moment."""


@pytest.mark.parametrize(
    ("kills", "mails_each"), [(len(PLACES), 10), pytest.param(204, 10, marks=pytest.mark.long)], ids=["short", "full"]
)
async def test_every_mail_becomes_one_message(
    desk: ServedDesk, workers: Workers, mailbox: Mailbox, smtp_server: RecordingSmtpServer, kills: int, mails_each: int
) -> None:
    channel_id = await add_mailbox(desk, mailbox, smtp_server)
    async with desk.open() as opened:
        driver = ArrivingDriver(opened, mailbox, channel_id)

        for place in islice(cycle(PLACES), kills):
            driver.deliver(mails_each)
            await _kill_at(place, workers)
            await driver.note_kill()
        last = workers.start()
        await driver.is_over()
        await last.end()

        await driver.check()


KILLS_IN_A_ROW = 6


async def test_workers_that_are_killed_in_every_digest_cost_no_mail_its_content(
    desk: ServedDesk, workers: Workers, mailbox: Mailbox, smtp_server: RecordingSmtpServer
) -> None:
    channel_id = await add_mailbox(desk, mailbox, smtp_server)
    async with desk.open() as opened:
        driver = ArrivingDriver(opened, mailbox, channel_id)
        driver.deliver(3)

        for _ in range(KILLS_IN_A_ROW):
            await _kill_at(Point("app.ingest.digest", "store"), workers)
            await driver.note_kill()
        attempts = [raw.attempts for raw in await driver.raws()]
        last = workers.start()
        await driver.is_over()
        await last.end()

        await driver.check()
    assert sum(attempts) >= KILLS_IN_A_ROW


@dataclass(frozen=True, slots=True)
class Poison:
    """One mail ends every process that reads it."""

    words: bytes

    def arm(self) -> None:
        digest.prepare = self._ended_by(digest.prepare)  # type: ignore[attr-defined]

    def _ended_by(self, prepare: Callable[..., Prepared]) -> Callable[..., Prepared]:
        def ending(connector: Connector, raw: bytes, **named: str) -> Prepared:
            if self.words in raw:
                os.kill(os.getpid(), signal.SIGKILL)
            return prepare(connector, raw, **named)

        return ending


async def test_a_mail_that_ends_every_process_is_given_up_in_the_end_and_the_others_come_in(
    desk: ServedDesk, workers: Workers, mailbox: Mailbox, smtp_server: RecordingSmtpServer
) -> None:
    channel_id = await add_mailbox(desk, mailbox, smtp_server)
    async with desk.open() as opened:
        driver = ArrivingDriver(opened, mailbox, channel_id)
        driver.deliver(3)

        kills = 0
        while await _ends(workers.start(Poison(b"<2@customer.example>")), driver):
            kills += 1
            await driver.note_kill()

        raws = await driver.raws()
    assert [raw.state for raw in raws] == [RawState.DIGESTED, RawState.UNREADABLE, RawState.DIGESTED]
    assert kills == MAX_ATTEMPTS


async def _ends(worker: Worker, driver: ArrivingDriver) -> bool:
    """Whether it is killed before everything is digested."""

    async def is_over() -> bool:
        return not worker.process.is_alive() or await driver.digested_count() == len(driver.delivered)

    await eventually(is_over, what="the end of a worker or of its work", seconds=END_SECONDS)
    if worker.process.is_alive():
        await worker.end()
        return False
    await worker.has_killed_itself()
    return True


async def _kill_at(place: Point | None, workers: Workers) -> None:
    worker = workers.start(place)
    if place is None:
        await moment(random.uniform(0, LONGEST_MOMENT))
        await worker.kill()
    else:
        await worker.has_killed_itself()
