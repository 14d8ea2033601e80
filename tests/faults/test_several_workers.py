"""Several workers at once take nothing in twice and send nothing twice, and one that wakes late sends nothing."""

import signal
from typing import Any

import pytest

from app.outbox.models import OutboxState
from tests.faults.arriving import ArrivingDriver
from tests.faults.sending import open_sending
from tests.faults.workers import Point, Workers
from tests.support.dovecot import Mailbox
from tests.support.network import eventually
from tests.support.office import add_mailbox
from tests.support.serving import ServedDesk
from tests.support.smtp import RecordingSmtpServer

CLAIM_WAS_LOST = "a claim was lost before anything was handed over"


class Stopped(Point):
    """Where nothing of this process is in the middle of writing: others would have to wait for SQLite's one writer."""

    async def reach(self, *words: Any) -> None:
        [mark] = words
        async with mark.database.transaction():
            pass


@pytest.mark.parametrize(
    ("count", "rounds"),
    [(3, 3), pytest.param(2, 100, marks=pytest.mark.long), pytest.param(4, 100, marks=pytest.mark.long)],
)
async def test_several_workers_do_everything_once(
    desk: ServedDesk, workers: Workers, mailbox: Mailbox, smtp_server: RecordingSmtpServer, count: int, rounds: int
) -> None:
    channel_id = await add_mailbox(desk, mailbox, smtp_server)
    async with desk.open() as opened:
        arriving, sending = ArrivingDriver(opened, mailbox, channel_id), await open_sending(opened, smtp_server)

        started = [workers.start() for _ in range(count)]
        for _ in range(rounds):
            arriving.deliver(10)
            await sending.accept(5)
        await arriving.is_over()
        await sending.is_over()
        for worker in started:
            await worker.end()

        await arriving.check()
        await sending.check()


async def test_a_claim_that_wakes_late_sends_nothing_while_another_sends(
    desk: ServedDesk, workers: Workers, smtp_server: RecordingSmtpServer
) -> None:
    async with desk.open() as opened:
        driver = await open_sending(opened, smtp_server)
        await driver.accept(1)
        late = workers.start(Stopped("app.outbox.delivery", "CommitMark.__call__", number=signal.SIGSTOP))
        await eventually(late.is_stopped, what="the stop of a worker", seconds=60)
        await driver.note_kill()
        smtp_server.hold_answer()
        other = workers.start()
        await smtp_server.wait_for(1, seconds=60)

        late.signal(signal.SIGCONT)
        await eventually(lambda: CLAIM_WAS_LOST in desk.log, what="the late worker to see it", seconds=60)
        smtp_server.release_answer()
        await driver.is_over()
        await late.end()
        await other.end()

        assert list((await driver.states()).values()) == [OutboxState.SENT]
        await driver.check()
