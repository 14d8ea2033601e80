"""What a customer takes back is nowhere any more, but in the bytes as they came, for admins."""

import pytest_asyncio
from httpx import AsyncClient
from sqlalchemy import select

from app.accounts.audit_models import AuditKind, AuditLine
from app.accounts.models import Role
from app.conversations.files import Fetched, attach
from app.conversations.models import PendingFile
from app.core.blobs import BlobStore
from app.core.database import Database
from app.ingest import rereading
from app.search.content_queries import list_contents
from app.tickets import queries
from app.tickets.history_models import Actor, EventKind, TicketEvent
from app.tickets.message_models import Attachment, Message
from app.tickets.models import Ticket
from tests.support.builders import build_agent
from tests.support.fixtures_web import Clients
from tests.support.line_events import OTHER_USER, Event, Talks, event, from_user, later, said, text

SECRET_WORDS = "カード番号は四二四二です"


@pytest_asyncio.fixture
async def admin(clients: Clients, database: Database) -> AsyncClient:
    async with database.transaction() as session:
        agent = await build_agent(session, role=Role.ADMIN)
    return await clients.of(agent)


@pytest_asyncio.fixture
async def agent(clients: Clients, database: Database) -> AsyncClient:
    async with database.transaction() as session:
        lead = await build_agent(session, role=Role.LEAD)
    return await clients.of(lead)


def _unsend(message_id: str, minutes: float = 5) -> Event:
    return event("unsend", at=later(minutes), unsend={"messageId": message_id})


async def test_its_words_are_nowhere(talks: Talks, admin: AsyncClient, database: Database) -> None:
    await talks.take_in(text(SECRET_WORDS, message_id="1"), text("よろしく", at=later(-1)))
    await talks.take_in(_unsend("1"))

    paths = (
        *("/", "/tickets/1", "/tickets/1/print?notes=true", "/api/v1/tickets", "/api/v1/tickets/1"),
        *("/api/v1/tickets/1/messages", "/api/v1/tickets/1/events", "/api/v1/customers/1/timeline"),
    )
    for path in paths:
        answer = await admin.get(path)
        assert (path, answer.status_code) == (path, 200)
        assert SECRET_WORDS not in answer.text, path
    async with database.reading() as session:
        [content] = await list_contents(session, [1])
    assert [words.text for words in content.words if words.text] == ["#1", "よろしく"]


async def test_it_says_so_at_its_place_with_the_time(talks: Talks, admin: AsyncClient) -> None:
    await talks.take_in(text(SECRET_WORDS, message_id="1"))
    await talks.take_in(_unsend("1"), _unsend("1", 6))

    [message], [ticket] = await talks.all(Message), await talks.all(Ticket)
    page = await admin.get("/tickets/1")
    shown = (await admin.get("/api/v1/tickets/1/messages")).json()["items"]
    told = [each.changes for each in await talks.all(TicketEvent) if each.kind is EventKind.UNSENT]
    assert (message.text, message.extras, message.hidden_at) == ("", None, later(5))
    assert ticket.subject == ticket.preview == "（送信取消されたメッセージ）"
    assert "お客様がこのメッセージの送信を取り消しました。" in page.text
    assert shown[0]["talk"]["unsent_at"] == "2026-11-02T01:05:00.000000Z"
    assert told == [{"message_id": message.id}]


async def test_what_is_taken_back_before_it_comes_is_never_shown(talks: Talks, admin: AsyncClient) -> None:
    await talks.take_in(_unsend("1"))
    await talks.take_in(text(SECRET_WORDS, message_id="1"))

    [message] = await talks.all(Message)
    assert (message.text, message.hidden_at) == ("", later(5))
    assert SECRET_WORDS not in (await admin.get("/tickets/1")).text


async def test_what_is_taken_back_while_it_is_read_again_stays_so(talks: Talks) -> None:
    await talks.take_in(text(SECRET_WORDS, message_id="1"))
    arrival = await rereading.prepare(talks.database, talks.blobs, 1, "")
    await talks.take_in(_unsend("1"))

    async with talks.database.transaction() as session:
        ticket = await queries.find_ticket(session, 1)
        assert ticket is not None
        await rereading.reread(session, ticket, 1, arrival, charset="", by=Actor.customer(None))

    [message] = await talks.all(Message)
    assert (message.text, message.hidden_at) == ("", later(5))


async def test_the_ticket_that_it_was_moved_from_says_nothing_of_it_either(talks: Talks) -> None:
    await talks.take_in(text(SECRET_WORDS, message_id="1"))
    await talks.take_in(text("他人", source=from_user(OTHER_USER)))
    async with talks.database.transaction() as session:
        message, other = await session.get_one(Message, 1), await queries.find_ticket(session, 2)
        assert other is not None
        message.ticket, message.ticket_version = other, other.next_version()

    await talks.take_in(_unsend("1"))

    tickets = await talks.all(Ticket)
    assert [SECRET_WORDS in f"{ticket.subject} {ticket.preview}" for ticket in tickets] == [False, False]
    assert tickets[1].subject == "他人"


async def test_both_in_one_delivery(talks: Talks) -> None:
    await talks.take_in(_unsend("1"), text(SECRET_WORDS, message_id="1"), text("残る", at=later(6)))

    first, second = await talks.all(Message)
    assert (first.text, second.text) == ("", "残る")
    [ticket] = await talks.all(Ticket)
    assert ticket.preview == "残る"


async def test_its_files_go_too_those_that_we_have_and_those_that_we_wait_for(
    talks: Talks, blobs: BlobStore, admin: AsyncClient
) -> None:
    picture = {"type": "image", "contentProvider": {"type": "line"}}
    await talks.take_in(said(picture, message_id="1"), said(picture, message_id="2", at=later(1)))
    data = b"\x89PNG\r\n\x1a\n secret"
    async with talks.database.transaction() as session:
        pending = (await session.scalars(select(PendingFile).order_by(PendingFile.id).limit(1))).one()
        await attach(session, pending, Fetched(await blobs.put(data), len(data), data[:16]))
    url = (await admin.get("/api/v1/tickets/1/messages")).json()["items"][0]["attachments"][0]["url"]
    before = await admin.get(url)

    await talks.take_in(_unsend("1"), _unsend("2", 6))

    assert (before.status_code, (await admin.get(url)).status_code) == (200, 404)
    assert (await talks.all(Attachment), await talks.all(PendingFile)) == ([], [])
    [ticket] = await talks.all(Ticket)
    assert not ticket.has_attachment


async def test_the_original_is_for_admins_and_noted(talks: Talks, admin: AsyncClient, agent: AsyncClient) -> None:
    await talks.take_in(text(SECRET_WORDS, message_id="1"))
    before = await agent.get("/api/v1/tickets/1/messages/1/original")
    await talks.take_in(_unsend("1"))

    refused = await agent.get("/api/v1/tickets/1/messages/1/original")
    opened = await admin.get("/api/v1/tickets/1/messages/1/original")

    noted = [each for each in await talks.all(AuditLine) if (each.kind, each.subject) == (AuditKind.VIEW, "messages")]
    assert before.headers["content-type"] == "application/json"
    assert before.headers["content-disposition"] == 'attachment; filename="1-1.json"'
    assert (refused.status_code, refused.json()["code"]) == (409, "no_original")
    assert SECRET_WORDS in opened.json()["event"]["message"]["text"]
    assert [each.subject_id for each in noted] == [1]
