from dataclasses import dataclass
from typing import Any

import pytest
from httpx import AsyncClient

from app.core.blobs import BlobStore
from app.outbox import queries as outbox_queries
from app.replies import drafts, withdrawal
from app.replies.forwarding import forward_subject
from app.tickets import message_queries
from app.tickets.attachments import Upload, add_upload
from app.tickets.history_models import EventKind
from app.tickets.message_models import RecipientRole
from tests.support.builders import build_message, build_ticket
from tests.support.replying import Desk, held
from tests.support.senders import RecordingSender
from tests.support.sending import attempt, facts

API = "/api/v1"
PARTNER = "partner@example.net"


@dataclass(frozen=True)
class Mail:
    """A customer's, with one file."""

    id: int
    file_id: int


@pytest.fixture
async def mail(desk: Desk, blobs: BlobStore) -> Mail:
    upload = Upload("見積.pdf", "application/pdf", await blobs.put(b"PDF"), 3)
    async with desk.database.transaction() as session:
        ticket = await held(session, desk.ticket_id)
        message = await build_message(session, ticket, subject="見積の件", text="お願いします。\n{{braces}}")
        await session.flush()
        people = [(RecipientRole.FROM, "田中 一郎", "tanaka@example.com"), (RecipientRole.TO, "", "support@example.jp")]
        rows = [message_queries.recipient_row(message.id, role, name=name, address=at) for role, name, at in people]
        await message_queries.add_recipients(session, rows)
        file = await add_upload(session, upload, by=desk.agent)
        file.message_id, file.uploader_id = message.id, None
        return Mail(message.id, file.id)


async def forward(client: AsyncClient, desk: Desk, mail: Mail, **fields: object) -> tuple[int, dict[str, Any]]:
    path = f"{API}/tickets/{desk.ticket_id}"
    token = (await client.put(f"{path}/lock")).json()["token"]
    version = (await desk.ticket()).version
    letter = {"lock_token": token, "base_version": version, "text": "ご確認ください。", "forward_of": mail.id, **fields}
    answer = await client.post(f"{path}/replies", json=letter)
    return answer.status_code, answer.json()


async def test_a_mail_is_passed_on_with_its_head_and_its_files(client: AsyncClient, desk: Desk, mail: Mail) -> None:
    answer = (await client.get(f"{API}/tickets/{desk.ticket_id}/messages/{mail.id}/forward")).json()

    assert answer["forward_of"] == mail.id
    assert answer["subject"] == "Fwd: 見積の件"
    assert [(each["id"], each["name"]) for each in answer["attachments"]] == [(mail.file_id, "見積.pdf")]
    lines = answer["quote"].splitlines()
    assert lines[0] == "---------- 転送されたメッセージ ----------"
    assert lines[1] == "差出人: 田中 一郎 <tanaka@example.com>"
    assert lines[3:] == ["件名: 見積の件", "宛先: support@example.jp", "", "お願いします。", "{{braces}}"]


async def test_it_leaves_by_the_outbox_with_files_that_nobody_copied(
    client: AsyncClient, desk: Desk, blobs: BlobStore, mail: Mail
) -> None:
    quote = (await client.get(f"{API}/tickets/{desk.ticket_id}/messages/{mail.id}/forward")).json()["quote"]
    text = f"ご確認ください。\n\n{quote}"

    status, message = await forward(client, desk, mail, to=[PARTNER], text=text, attachment_ids=[mail.file_id])

    sender = RecordingSender()
    await attempt(desk, blobs, sender)
    [sent] = sender.sent
    assert (status, message["subject"]) == (201, "Fwd: 見積の件")
    assert sent.text == text
    assert [each.address for each in sent.to] == [PARTNER]
    assert [(each.filename, each.data) for each in sent.attachments] == [("見積.pdf", b"PDF")]


async def test_it_is_no_answer_to_the_customer(client: AsyncClient, desk: Desk, blobs: BlobStore, mail: Mail) -> None:
    before = await desk.ticket()

    await forward(client, desk, mail, to=[PARTNER])
    await attempt(desk, blobs, RecordingSender())

    ticket = await desk.ticket()
    assert ticket.customer_id == before.customer_id
    assert (ticket.first_reply_at, ticket.is_waiting) == (None, False)
    assert await facts(desk) == []
    assert EventKind.FORWARDED in await desk.events()
    assert EventKind.REPLIED not in await desk.events()


async def test_somebody_says_whom_it_goes_to(client: AsyncClient, desk: Desk, mail: Mail) -> None:
    status, problem = await forward(client, desk, mail)

    assert (status, problem["errors"][0]["field"]) == (422, "to")


async def test_a_file_of_another_mail_is_not_carried_along(client: AsyncClient, desk: Desk, mail: Mail) -> None:
    async with desk.database.transaction() as session:
        other = await build_message(session, await held(session, desk.ticket_id))
        await session.flush()

    status, problem = await forward(client, desk, Mail(other.id, 0), to=[PARTNER], attachment_ids=[mail.file_id])

    assert (status, problem["errors"][0]["field"]) == (422, "attachment_ids")


async def test_a_mail_of_another_ticket_cannot_be_passed_on(client: AsyncClient, desk: Desk) -> None:
    async with desk.database.transaction() as session:
        elsewhere = await build_ticket(session, channel=await session.merge(desk.channel))
        foreign = await build_message(session, elsewhere)
        await session.flush()

    status, problem = await forward(client, desk, Mail(foreign.id, 0), to=[PARTNER])
    shown = await client.get(f"{API}/tickets/{desk.ticket_id}/messages/{foreign.id}/forward")

    assert (status, problem["errors"][0]["field"]) == (422, "forward_of")
    assert shown.status_code == 404


async def test_what_was_taken_back_is_a_draft_that_passes_it_on(
    client: AsyncClient, desk: Desk, agent: Any, mail: Mail
) -> None:
    await forward(client, desk, mail, to=[PARTNER], attachment_ids=[mail.file_id], hold_seconds=60)

    async with desk.database.transaction() as session:
        ticket = await held(session, desk.ticket_id)
        [entry] = await desk.entries()
        found = await outbox_queries.find_entry(session, entry.id)
        assert found is not None
        await withdrawal.cancel(session, ticket, found, by=agent)

    async with desk.database.reading() as session:
        draft = await drafts.get(session, await desk.ticket(), by=agent)
        of_customer = await message_queries.list_attachments(session, mail.id)
    assert draft.body["forward_of"] == mail.id
    assert draft.body["attachment_ids"] != [mail.file_id]
    assert [each.id for each in of_customer] == [mail.file_id]
    status, _ = await forward(client, desk, mail, to=[PARTNER], attachment_ids=draft.body["attachment_ids"])
    assert status == 201


@pytest.mark.parametrize("subject", ["見積", "Fwd: 見積", "FW: Fwd：見積", "転送: 見積"])
def test_there_is_one_prefix_however_often_it_was_passed_on(subject: str) -> None:
    assert forward_subject(subject) == "Fwd: 見積"
