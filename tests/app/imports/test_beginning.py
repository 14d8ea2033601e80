"""A mailbox that begins now: what is older stays on the server, what comes is not missed."""

from sqlalchemy import select

from app.accounts.models import Agent
from app.channels import queries as channel_queries
from app.channels import service as channels
from app.channels.forms import EmailForm
from app.core.crypto import SecretBox
from app.ingest.models import RawMessage
from app.tickets.models import Phase
from tests.support.archives import ARCHIVE, LONG_AGO, at_work, deliver, eventually_tickets, list_tickets
from tests.support.arrivals import Intake, build_mail
from tests.support.dovecot import Mailbox
from tests.support.mailboxes import add_email_channel


async def test_a_mailbox_that_begins_now_leaves_what_is_older_on_the_server(
    intake: Intake, box: SecretBox, mailbox: Mailbox
) -> None:
    deliver(mailbox, 10, folder="INBOX")
    async with intake.database.transaction() as session:
        channel = await add_email_channel(session, box, mailbox, begins_now=True)

    async with at_work(intake, box):
        mailbox.deliver(build_mail(mail_id="new@customer.example", subject="新しい件"))
        await eventually_tickets(intake, 1)
        mailbox.reset_uidvalidity()
        mailbox.deliver(build_mail(mail_id="newer@customer.example", subject="もっと新しい件"))
        await eventually_tickets(intake, 2)

    found = await list_tickets(intake.database)
    assert {(each.subject, each.phase) for each in found} == {("新しい件", Phase.NEW), ("もっと新しい件", Phase.NEW)}
    async with intake.database.reading() as session:
        assert set(await session.scalars(select(RawMessage.channel_id))) == {channel.id}


async def test_a_mailbox_that_begins_now_does_so_in_another_folder_too(
    intake: Intake, box: SecretBox, mailbox: Mailbox, hanako: Agent
) -> None:
    deliver(mailbox, 3)
    async with intake.database.transaction() as session:
        channel = await add_email_channel(session, box, mailbox, begins_now=True)
    form = EmailForm.model_validate(
        {**channel.settings, "name": channel.name, "address": channel.address, "folder": ARCHIVE}
    )
    async with intake.database.transaction() as session:
        held = await channel_queries.get_channel(session, channel.id)
        await channels.change_email(session, held, form, box, by=hanako)

    async with at_work(intake, box):
        mailbox.deliver(build_mail(mail_id="new@customer.example", subject="新しい件"), folder=ARCHIVE)
        await eventually_tickets(intake, 1)

    assert [each.subject for each in await list_tickets(intake.database)] == ["新しい件"]


async def test_an_old_mail_that_somebody_moves_in_is_not_missed(
    intake: Intake, box: SecretBox, mailbox: Mailbox
) -> None:
    deliver(mailbox, 3, folder="INBOX")
    async with intake.database.transaction() as session:
        await add_email_channel(session, box, mailbox, begins_now=True)

    async with at_work(intake, box):
        mailbox.deliver(build_mail(mail_id="new@customer.example", subject="新しい件"))
        await eventually_tickets(intake, 1)
        mailbox.deliver(build_mail(mail_id="moved@customer.example", subject="移した件"), at=LONG_AGO)
        await eventually_tickets(intake, 2)

    assert {(each.subject, each.phase) for each in await list_tickets(intake.database)} == {
        ("新しい件", Phase.NEW),
        ("移した件", Phase.NEW),
    }
