"""The whole way out with the real connector: from the entry to a mail server."""

from email import message_from_bytes, policy
from pathlib import Path

import pytest

from app.channels import senders
from app.channels import service as channels
from app.core.blobs import BlobStore
from app.core.crypto import SecretBox
from app.core.database import Database
from app.outbox.delivery import deliver
from app.outbox.models import OutboxState
from app.tickets.attachments import Upload, add_upload
from app.tickets.message_models import RecipientState
from tests.support.builders import build_agent, build_ticket
from tests.support.mailboxes import add_email_channel
from tests.support.replying import Desk
from tests.support.sending import claim
from tests.support.smtp import RecordingSmtpServer


@pytest.fixture
async def mail_desk(database: Database, box: SecretBox, smtp_server: RecordingSmtpServer) -> Desk:
    async with database.transaction() as session:
        channel = await add_email_channel(session, box, name="お問い合わせ窓口", smtp_port=smtp_server.port)
        agent = await build_agent(session)
        ticket = await build_ticket(session, channel=channel)
        await session.flush()
        return Desk(database, agent, channel, ticket.id)


async def test_a_reply_reaches_the_server_whole(
    mail_desk: Desk, blobs: BlobStore, box: SecretBox, smtp_server: RecordingSmtpServer, tmp_path: Path
) -> None:
    smtp_server.refuse_recipients("gone@example.com")
    async with mail_desk.database.transaction() as session:
        upload = Upload("見積書.pdf", "application/pdf", await blobs.put(b"PDF"), 3)
        attachment = await add_upload(session, upload, by=mail_desk.agent)
    entry_id = await mail_desk.reply(
        text="①㈱髙﨑 承知しました。",
        attachment_ids=[attachment.id],
        cc=["gone@example.com"],
        bcc=["quiet@example.com"],
    )

    await deliver(mail_desk.database, blobs, await claim(mail_desk.database), senders.factory(box, tmp_path))

    entry = await mail_desk.entry(entry_id)
    assert (entry.state, entry.error) == (OutboxState.SENT, "")
    [delivery] = smtp_server.received
    mail = message_from_bytes(delivery.raw, policy=policy.default)
    assert mail["Subject"] == "Re: 請求書について"
    assert "quiet@example.com" not in delivery.raw.decode()
    assert set(delivery.rcpt_tos) == {"tanaka@example.com", "quiet@example.com"}
    refused = [each for each in await mail_desk.recipients(entry.message_id) if each.state is RecipientState.REFUSED]
    assert [each.address for each in refused] == ["gone@example.com"]


async def test_a_demo_mailbox_keeps_a_file_and_says_so(
    mail_desk: Desk, blobs: BlobStore, box: SecretBox, smtp_server: RecordingSmtpServer, tmp_path: Path
) -> None:
    async with mail_desk.database.transaction() as session:
        channel = await session.merge(mail_desk.channel)
        channel.is_demo = True
        await channels.pause(session, channel)
    entry_id = await mail_desk.reply()

    await deliver(mail_desk.database, blobs, await claim(mail_desk.database), senders.factory(box, tmp_path))

    entry = await mail_desk.entry(entry_id)
    assert entry.state is OutboxState.SENT
    assert ".eml" in entry.error
    assert smtp_server.received == []
