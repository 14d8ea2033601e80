"""A mailbox on a real Dovecot, received as the worker does it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from app.channels import queries as channel_queries
from app.channels import service as channels
from app.channels.models import Channel, ChannelFolder
from app.core.crypto import SecretBox
from app.core.database import Database
from app.ingest import jobs
from app.ingest.models import RawMessage
from app.tickets.models import Ticket
from tests.support.arrivals import Intake, build_mail
from tests.support.dovecot import Mailbox
from tests.support.mailboxes import add_email_channel
from tests.support.network import eventually


async def create_channel(database: Database, box: SecretBox, mailbox: Mailbox, *, password: str = "") -> Channel:
    async with database.transaction() as session:
        return await add_email_channel(session, box, mailbox, imap_password=password or mailbox.password)


@asynccontextmanager
async def receiving(intake: Intake, box: SecretBox, *, workers: int = 1) -> AsyncIterator[None]:
    database, blobs = intake.database, intake.blobs
    tasks = [asyncio.create_task(jobs.receive_all(database, blobs, box)) for _ in range(workers)]
    tasks += [asyncio.create_task(jobs.digest_all(database, blobs)) for _ in range(workers)]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def get_folder(database: Database, channel: Channel) -> ChannelFolder:
    async with database.transaction() as session:
        return await channel_queries.ensure_folder(session, channel.id, "INBOX")


async def wait_for_tickets(intake: Intake, count: int) -> None:
    async def is_there() -> bool:
        return await intake.count(Ticket) >= count

    await eventually(is_there, what=f"{count} tickets")


async def test_what_waits_and_what_arrives_comes_in_once_and_its_flags_stay(
    intake: Intake, box: SecretBox, mailbox: Mailbox
) -> None:
    for number in range(30):
        mailbox.deliver(build_mail(mail_id=f"{number}@customer.example"))
    channel = await create_channel(intake.database, box, mailbox)

    async with receiving(intake, box, workers=2):
        await wait_for_tickets(intake, 30)
        mailbox.deliver(build_mail(mail_id="new@customer.example", subject="新しい件"))
        await wait_for_tickets(intake, 31)

    folder = await get_folder(intake.database, channel)
    assert (await intake.count(Ticket), await intake.count(RawMessage), folder.uid) == (31, 31, 31)
    assert folder.last_success_at is not None
    assert mailbox.flags(1) <= {"\\Recent"}


async def test_a_wrong_password_is_said_in_words_and_the_secret_is_not(
    intake: Intake, box: SecretBox, mailbox: Mailbox, capfd: pytest.CaptureFixture[str]
) -> None:
    channel = await create_channel(intake.database, box, mailbox, password="not the word")

    async def is_said() -> bool:
        return bool((await get_folder(intake.database, channel)).last_error)

    async with receiving(intake, box):
        await eventually(is_said, what="the error")

    error = (await get_folder(intake.database, channel)).last_error
    assert error.startswith("imap_user: ")
    assert "not the word" not in error + "".join(capfd.readouterr())


async def test_a_paused_mailbox_is_left_alone_and_goes_on_when_resumed(
    intake: Intake, box: SecretBox, mailbox: Mailbox
) -> None:
    channel = await create_channel(intake.database, box, mailbox)
    async with intake.database.transaction() as session:
        await channels.pause(session, await channel_queries.get_channel(session, channel.id))
    mailbox.deliver(build_mail())

    async with receiving(intake, box):
        assert (await get_folder(intake.database, channel)).last_success_at is None
        async with intake.database.transaction() as session:
            await channels.resume(session, await channel_queries.get_channel(session, channel.id))
        await wait_for_tickets(intake, 1)
