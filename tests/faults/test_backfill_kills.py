"""Workers are killed while they take in a folder of old mail and new mail arrives: each is one message, old or new."""

import random
from datetime import UTC, date, datetime, timedelta
from itertools import cycle, islice

import pytest
from sqlalchemy import func, select

from app.channels import queries as channel_queries
from app.core.desk import Desk
from app.imports import queries, service
from app.imports.forms import BackfillForm
from app.imports.models import BackfillState
from app.tickets.models import Origin, Phase, Ticket
from tests.faults.arriving import ArrivingDriver
from tests.faults.workers import Point, Workers, moment
from tests.support.arrivals import build_mail
from tests.support.builders import build_agent
from tests.support.dovecot import Mailbox
from tests.support.network import found
from tests.support.office import add_mailbox
from tests.support.serving import ServedDesk
from tests.support.smtp import RecordingSmtpServer

ARCHIVE = "過去"
LONG_AGO = datetime(2024, 4, 1, tzinfo=UTC)
LIVE_EACH = 3
LONGEST_MOMENT = 1.5
PATIENCE_SECONDS = 3600
PLACES: list[Point | None] = [
    Point("app.imports.filling", "accept_old"),
    Point("app.imports.filling", "accept_old", is_after=True),
    Point("app.imports.queries", "note_taken"),
    Point("app.ingest.digest", "store", is_after=True),
    None,
]
"""Before the raw commit, after it, before the cursor moves, in the digest; and at any moment."""


@pytest.mark.parametrize(
    ("kills", "old_mails"),
    [(len(PLACES), 300), pytest.param(60, 50_000, marks=pytest.mark.long)],
    ids=["short", "full"],
)
async def test_every_old_mail_is_history_once_while_new_mail_arrives(
    desk: ServedDesk, workers: Workers, mailbox: Mailbox, smtp_server: RecordingSmtpServer, kills: int, old_mails: int
) -> None:
    channel_id = await add_mailbox(desk, mailbox, smtp_server)
    async with desk.open() as opened:
        driver = ArrivingDriver(opened, mailbox, channel_id)
        await _begin(opened, driver, old_mails)

        for place in islice(cycle(PLACES), kills):
            driver.deliver(LIVE_EACH)
            worker = workers.start(place)
            if place is None:
                await moment(random.uniform(0, LONGEST_MOMENT))
                await worker.kill()
            else:
                await worker.has_killed_itself()
            await driver.note_kill()
        last = workers.start()
        await found(lambda: _state(opened), lambda state: state is BackfillState.DONE, seconds=PATIENCE_SECONDS)
        await driver.is_over()
        await last.end()

        await driver.check()
        counts = await _counts(opened)
    assert counts == {(Origin.IMPORT, Phase.DONE): old_mails, (Origin.LIVE, Phase.NEW): kills * LIVE_EACH}


async def _begin(desk: Desk, driver: ArrivingDriver, old_mails: int) -> None:
    """Delivered into a folder of its own, one an hour."""
    for number in range(old_mails):
        mail_id, subject = f"old-{number}@customer.example", f"過去の件 {number}"
        raw = build_mail(mail_id=mail_id, subject=subject)
        driver.mailbox.deliver(raw, folder=ARCHIVE, at=LONG_AGO + timedelta(hours=number % 8000))
        driver.delivered[mail_id] = subject
    async with desk.database.transaction() as session:
        channel = await channel_queries.get_channel(session, driver.channel_id)
        form = BackfillForm(folder=ARCHIVE, since=date(2024, 1, 1))
        await service.begin(session, channel, form, by=await build_agent(session))


async def _state(desk: Desk) -> BackfillState:
    async with desk.database.reading() as session:
        [backfill] = [
            each
            for channel in await channel_queries.list_channels(session)
            for each in await queries.list_of_channel(session, channel.id)
        ]
    return backfill.state


async def _counts(desk: Desk) -> dict[tuple[Origin, Phase], int]:
    async with desk.database.reading() as session:
        counted = select(Ticket.origin, Ticket.phase, func.count()).group_by(Ticket.origin, Ticket.phase)
        return {(origin, phase): count for origin, phase, count in await session.execute(counted)}
