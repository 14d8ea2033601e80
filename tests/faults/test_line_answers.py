"""LINE loses, delays and fails answers while workers are killed: nothing is lost or shown twice."""

import random
from collections.abc import Iterator
from itertools import cycle, islice

import pytest

from app.outbox.models import OutboxState
from simulators.line.rules import Faults
from tests.faults.talking import DELAY_SECONDS, Impatient, credentials, open_talking
from tests.faults.workers import Point, Workers, moment
from tests.support.line_simulator import ServedSimulator, serve_simulator
from tests.support.serving import ServedDesk

ANY = "any moment"
LONGEST_MOMENT = 2.0
POINTS: dict[str, Point] = {
    "before the request": Point("connectors.line.sender", "LineSender._post", call=3),
    "after the answer": Point("app.outbox.settling", "settle", call=2),
    "after the choice": Point("app.outbox.ways", "choose", is_after=True, call=2),
    "before the commit": Point("app.outbox.settling", "settle", is_after=True, call=2),
    "after the commit": Point("app.outbox.delivery", "_settle_once", is_after=True, call=2),
}
PLACES = [
    "after the answer",
    ANY,
    "before the commit",
    "before the request",
    ANY,
    "after the choice",
    "after the commit",
]
FAULTS = Faults(
    dropped_before=0.08, dropped_after=0.08, delayed=0.06, delay_seconds=DELAY_SECONDS, failed=0.06, limited=0.02
)
"""Three in ten."""


@pytest.fixture
def line() -> Iterator[ServedSimulator]:
    with serve_simulator(credentials()) as served:
        served.platform.rules.quota.limit = None
        served.platform.rules.faults = FAULTS
        yield served


@pytest.mark.parametrize(
    ("kills", "answers_each"), [(3, 10), pytest.param(50, 40, marks=pytest.mark.long)], ids=["short", "full"]
)
async def test_every_answer_is_shown_once_or_is_a_persons_to_decide(
    desk: ServedDesk, workers: Workers, line: ServedSimulator, kills: int, answers_each: int
) -> None:
    async with desk.open() as opened:
        driver = await open_talking(desk, opened, line)

        for place in islice(cycle(PLACES), kills):
            await driver.accept(answers_each)
            await _kill_at(place, workers)
            await driver.recover()
        last = workers.start(Impatient())
        await driver.is_over()
        await last.end()

        states = await driver.check()
    assert states[OutboxState.SENT] > kills * answers_each * 0.8
    assert set(driver.ways) == {"reply", "push"}


async def _kill_at(place: str, workers: Workers) -> None:
    worker = workers.start(Impatient(POINTS.get(place)))
    if place == ANY:
        await moment(random.uniform(0.5, LONGEST_MOMENT))
        await worker.kill()
    else:
        await worker.has_killed_itself()
