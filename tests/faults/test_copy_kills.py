"""A worker is killed between a copy of what was sent and the note that it is there: the folder has it once (A4)."""

from sqlalchemy import func, select

from app.core.clock import now
from app.outbox.models import SentCopy
from tests.faults.sending import SendingDriver
from tests.faults.workers import Point, Workers
from tests.support.builders import build_agent
from tests.support.dovecot import Mailbox
from tests.support.mailboxes import add_email_channel
from tests.support.network import found
from tests.support.serving import ServedDesk
from tests.support.smtp import RecordingSmtpServer

KILLED = Point("connectors.email.sent_folder", "ImapSentFolder.keep", is_after=True)


async def test_a_copy_is_made_once_though_its_worker_died_before_it_could_say_so(
    desk: ServedDesk, workers: Workers, mailbox: Mailbox, smtp_server: RecordingSmtpServer
) -> None:
    with mailbox.server.connect(mailbox.user) as client:
        client.create("Sent")
    async with desk.open() as opened:
        database = opened.database
        async with database.transaction() as session:
            agent = await build_agent(session)
            channel = await add_email_channel(
                session, opened.box, mailbox, smtp_port=smtp_server.port, sent_copies="found"
            )
        driver = SendingDriver(database, agent, channel, smtp_server)
        await driver.accept(1)
        await workers.start(KILLED).has_killed_itself()
        assert len(mailbox.uids(folder="Sent")) == 1

        await driver.note_kill()
        async with database.transaction() as session:
            [copy] = (await session.scalars(select(SentCopy))).all()
            assert copy.tries == 1
            copy.next_at = now()
        last = workers.start()

        async def missing() -> int:
            async with database.reading() as session:
                return await session.scalar(select(func.count()).select_from(SentCopy)) or 0

        await found(missing, lambda count: count == 0, seconds=60)
        await last.end()
    assert len(mailbox.uids(folder="Sent")) == 1
    assert len(smtp_server.received) == 1
