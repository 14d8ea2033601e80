"""Workers are killed while they send: nothing is lost, nothing leaves twice, and the unknown is left to people."""

import random
from itertools import cycle, islice

import pytest

from tests.faults.sending import open_sending
from tests.faults.workers import Point, Workers, moment
from tests.support.serving import ServedDesk
from tests.support.smtp import RecordingSmtpServer

FINAL_DOT = "the final dot"
ANY = "any moment"
LONGEST_MOMENT = 1.0
POINTS: dict[str, Point] = {
    "before MAIL": Point("connectors.email.smtp_session", "SmtpSession.open", is_after=True, call=2),
    "after DATA": Point("app.outbox.delivery", "CommitMark.__call__", call=2),
    "before the body": Point("connectors.email.sender", "_hand_over", call=2),
    "after the final 250": Point("connectors.email.smtp_session", "SmtpSession.transfer", is_after=True, call=2),
    "before the commit": Point("app.outbox.settling", "settle", is_after=True, call=2),
    "after the commit": Point("app.outbox.delivery", "_settle_once", is_after=True, call=2),
}
MAY_HAVE_LEFT = {"before the body", FINAL_DOT, "after the final 250", "before the commit"}
PLACES = [*POINTS, FINAL_DOT, ANY]


@pytest.mark.parametrize(
    ("kills", "replies_each"), [(len(PLACES), 4), pytest.param(104, 10, marks=pytest.mark.long)], ids=["short", "full"]
)
async def test_every_reply_leaves_once_or_is_a_persons_to_decide(
    desk: ServedDesk, workers: Workers, smtp_server: RecordingSmtpServer, kills: int, replies_each: int
) -> None:
    async with desk.open() as opened:
        driver = await open_sending(opened, smtp_server)

        for place in islice(cycle(PLACES), kills):
            await driver.accept(replies_each)
            await _kill_at(place, workers, smtp_server)
            lost = await driver.note_kill()
            assert lost or place not in MAY_HAVE_LEFT, place
        last = workers.start()
        await driver.is_over()
        await last.end()

        await driver.check()


async def _kill_at(place: str, workers: Workers, smtp: RecordingSmtpServer) -> None:
    worker = workers.start(POINTS.get(place))
    if place == FINAL_DOT:
        smtp.hold_answer()
        await smtp.wait_for(len(smtp.received) + 1, seconds=60)
        await worker.kill()
        smtp.release_answer()
    elif place == ANY:
        await moment(random.uniform(0, LONGEST_MOMENT))
        await worker.kill()
    else:
        await worker.has_killed_itself()
