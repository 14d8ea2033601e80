"""Workers are killed while they take mails in: every mail is one message on one ticket."""

import random
from itertools import cycle, islice

import pytest

from tests.faults.arriving import ArrivingDriver
from tests.faults.workers import Point, Workers, moment
from tests.support.dovecot import Mailbox
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


async def _kill_at(place: Point | None, workers: Workers) -> None:
    worker = workers.start(place)
    if place is None:
        await moment(random.uniform(0, LONGEST_MOMENT))
        await worker.kill()
    else:
        await worker.has_killed_itself()
