"""What a form brought is answered by mail, by the mailbox that answers for the form."""

import json
import re

from httpx import AsyncClient
from sqlalchemy import select

from app.accounts.models import Agent
from app.autoreplies.jobs import AUTO_REPLIES
from app.core.blobs import BlobStore
from app.core.database import Database
from app.tickets.message_models import Message, MessageKind, MessageRecipient, RecipientRole
from app.tickets.models import Ticket, TicketChannel
from tests.app.webforms.conftest import Visitor
from tests.support.arrivals import Intake, build_mail
from tests.support.log_reading import run_once

API = "/api/v1/tickets"


async def sent_ticket(visitor: Visitor, database: Database, submission: str = "one") -> Ticket:
    await visitor.send(submission=submission)
    async with database.reading() as session:
        return (await session.scalars(select(Ticket).order_by(Ticket.id.desc()))).first() or Ticket()


async def outgoing(database: Database) -> list[Message]:
    async with database.reading() as session:
        statement = select(Message).where(Message.kind == MessageKind.OUTBOUND).order_by(Message.id)
        return list(await session.scalars(statement))


async def envelope(database: Database, message: Message) -> dict[RecipientRole, str]:
    async with database.reading() as session:
        rows = await session.scalars(select(MessageRecipient).where(MessageRecipient.message_id == message.id))
        return {row.role: row.address for row in rows}


async def without_mailbox(visitor: Visitor, database: Database) -> None:
    async with database.transaction() as session:
        channel = await session.merge(visitor.channel)
        channel.settings = {**channel.settings, "mail_channel_id": None}


async def answer(client: AsyncClient, ticket: Ticket) -> "tuple[int, dict[str, object]]":
    token = (await client.put(f"{API}/{ticket.number}/lock")).json()["token"]
    body = {"lock_token": token, "base_version": 1, "text": "新しいものをお送りします。"}
    response = await client.post(f"{API}/{ticket.number}/replies", json=body)
    return response.status_code, response.json()


async def test_it_leaves_by_the_mailbox_to_the_address_that_was_given(
    visitor: Visitor, database: Database, client: AsyncClient
) -> None:
    ticket = await sent_ticket(visitor, database)

    status, document = await answer(client, ticket)

    [message] = await outgoing(database)
    assert status == 201, document
    assert message.channel_id == visitor.channel.mail_channel_id
    assert message.subject == "Re: お問い合わせ"
    assert await envelope(database, message) == {
        RecipientRole.FROM: "support@example.jp",
        RecipientRole.TO: "tanaka@example.com",
    }


async def test_what_the_customer_answers_by_mail_joins_and_the_mailbox_sees_the_ticket(
    visitor: Visitor, database: Database, client: AsyncClient, blobs: BlobStore
) -> None:
    ticket = await sent_ticket(visitor, database)
    await answer(client, ticket)
    [message] = await outgoing(database)
    async with database.reading() as session:
        mailbox = await session.get_one(type(visitor.channel), visitor.channel.mail_channel_id)
    intake = Intake(database, blobs)

    mail = build_mail(mail_id="answer@customer.example", sender="tanaka@example.com", references=[message.mail_id])
    await intake.take_in(mailbox, mail)

    async with database.reading() as session:
        tickets = (await session.scalars(select(Ticket.id))).all()
        linked = (await session.scalars(select(TicketChannel.channel_id).order_by(TicketChannel.channel_id))).all()
    assert tickets == [ticket.id]
    assert linked == sorted((mailbox.id, visitor.channel.id))


async def test_without_a_mailbox_it_is_said_why_nothing_can_leave(
    visitor: Visitor, database: Database, client: AsyncClient
) -> None:
    await without_mailbox(visitor, database)
    ticket = await sent_ticket(visitor, database)

    status, document = await answer(client, ticket)

    assert status == 422
    assert document["errors"] == [{"field": "channel", "message": document["detail"]}]
    assert "管理者" in str(document["detail"])
    assert await outgoing(database) == []


async def test_the_page_of_the_ticket_knows_whom_and_by_what(
    visitor: Visitor, database: Database, client: AsyncClient
) -> None:
    ticket = await sent_ticket(visitor, database)

    page = await client.get(f"/tickets/{ticket.number}")

    found = re.search(r'<script id="reply-defaults" type="application/json">(.*?)</script>', page.text, re.DOTALL)
    reply = json.loads(found[1])["reply"] if found else {}
    assert reply["is_answerable"] is True
    assert reply["to"] == [{"name": "田中 一郎", "address": "tanaka@example.com"}]
    assert [sender["address"] for sender in reply["senders"]] == ["support@example.jp"]


async def test_a_new_mail_cannot_be_written_by_a_form(visitor: Visitor, client: AsyncClient) -> None:
    body = {"channel_id": visitor.channel.id, "to": ["a@example.com"], "subject": "a", "text": "a"}

    refused = await client.post("/api/v1/messages", json=body)

    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "channel_id"


async def test_each_who_sends_it_is_told_the_number_by_mail_but_nobody_endlessly(
    visitor: Visitor, database: Database
) -> None:
    numbers = [(await sent_ticket(visitor, database, str(each))).number for each in range(6)]

    await run_once(database, AUTO_REPLIES)

    told = await outgoing(database)
    assert [str(number) in message.text for number, message in zip(numbers, told, strict=False)] == [True] * 5
    assert (await envelope(database, told[0]))[RecipientRole.TO] == "tanaka@example.com"
    assert all(message.is_automatic and message.channel_id == visitor.channel.mail_channel_id for message in told)


async def test_spam_and_a_form_without_a_mailbox_are_not_confirmed(visitor: Visitor, database: Database) -> None:
    await visitor.send(submission="spam", extra_note="http://spam.example")
    await run_once(database, AUTO_REPLIES)
    await without_mailbox(visitor, database)
    await visitor.send(submission="honest")
    await run_once(database, AUTO_REPLIES)

    assert await outgoing(database) == []


async def test_an_agent_sees_it_as_they_see_mail(visitor: Visitor, agent: Agent, client: AsyncClient) -> None:
    await visitor.send()

    items = (await client.get(API)).json()["items"]

    [item] = items
    assert (item["channel"]["kind"], item["customer"]["address"]) == ("form", "tanaka@example.com")
