"""Whom an answer goes to, and what is told of answers, where tickets of several customers were put together."""

import html
import json
import re
from datetime import timedelta

from httpx import AsyncClient
from sqlalchemy import select

from app.accounts.models import Agent
from app.core.clock import now
from app.core.database import Database
from app.notices.models import Notice, NoticeKind
from app.tickets import message_queries
from app.tickets import queries as ticket_queries
from app.tickets.history_models import TicketEvent, TicketSpan
from app.tickets.message_models import RecipientRole, RecipientState
from app.tickets.models import Ticket
from tests.app.merging.tickets import merge, open_ticket, path, read
from tests.support.builders import build_message, build_reply

OLD, NEW = "old@example.com", "new@example.com"


async def write_in(database: Database, number: int, address: str, *, days_ago: int) -> None:
    async with database.transaction() as session:
        ticket = await ticket_queries.find_ticket(session, number)
        assert ticket is not None
        message = await build_message(session, ticket, text=address, at=now() - timedelta(days=days_ago))
        await session.flush()
        row = message_queries.recipient_row(message.id, RecipientRole.FROM, name="", address=address)
        await message_queries.add_recipients(session, [row])


async def bring_back(database: Database, number: int, author: Agent) -> None:
    """An answer of ours that came back undelivered."""
    async with database.transaction() as session:
        ticket = await ticket_queries.find_ticket(session, number)
        assert ticket is not None
        message = await build_reply(session, ticket, author=author)
        await session.flush()
        row = message_queries.recipient_row(message.id, RecipientRole.TO, name="", address=OLD)
        await message_queries.add_recipients(session, [{**row, "state": RecipientState.FAILED}])
        ticket.bounced_at = now()


async def bounced(database: Database, number: int) -> bool:
    async with database.reading() as session:
        return (await session.get_one(Ticket, number)).bounced_at is not None


async def open_spans(database: Database, number: int) -> int:
    async with database.reading() as session:
        statement = select(TicketSpan).where(TicketSpan.ticket_id == number, TicketSpan.to_at.is_(None))
        return len((await session.scalars(statement)).all())


async def reply_to(client: AsyncClient, database: Database, number: int) -> list[str]:
    lock = (await client.put(path(number, "/lock"))).json()
    version = (await read(client, number))["version"]
    reply = {"lock_token": lock["token"], "base_version": version, "text": "お答えします。"}
    answer = await client.post(path(number, "/replies"), json=reply)
    assert answer.status_code == 201, answer.text
    return [each["address"] for each in answer.json()["to"]]


async def test_an_answer_goes_to_whoever_wrote_last_not_to_who_was_merged_in_last(
    database: Database, client: AsyncClient
) -> None:
    source, into = await open_ticket(database, address=OLD), await open_ticket(database, address=NEW)
    await write_in(database, source, OLD, days_ago=5)
    await write_in(database, into, NEW, days_ago=1)

    await merge(client, source, into)

    assert await reply_to(client, database, into) == [NEW]


async def test_what_came_back_is_told_on_the_ticket_that_remains_and_goes_back_with_its_answer(
    database: Database, client: AsyncClient, agent: Agent
) -> None:
    source, into = await open_ticket(database), await open_ticket(database)
    await bring_back(database, source, agent)

    await merge(client, source, into)
    assert await bounced(database, into)

    await client.delete(path(source, "/merge"))
    assert [await bounced(database, each) for each in (source, into)] == [True, False]


async def test_a_merged_ticket_is_open_nowhere_until_it_is_back(database: Database, client: AsyncClient) -> None:
    source, into = await open_ticket(database), await open_ticket(database)

    await merge(client, source, into)
    assert [await open_spans(database, each) for each in (source, into)] == [0, 1]

    await client.delete(path(source, "/merge"))
    assert [await open_spans(database, each) for each in (source, into)] == [1, 1]


async def notice_ticket(database: Database, agent: Agent) -> int:
    async with database.reading() as session:
        return (await session.scalars(select(Notice.ticket_id).where(Notice.agent_id == agent.id))).one()


async def test_what_one_was_told_of_leads_to_where_it_can_be_seen(
    database: Database, client: AsyncClient, agent: Agent
) -> None:
    source, into = await open_ticket(database), await open_ticket(database)
    async with database.transaction() as session:
        event_id = await session.scalar(select(TicketEvent.id).where(TicketEvent.ticket_id == source).limit(1))
        session.add(Notice(agent_id=agent.id, event_id=event_id, ticket_id=source, kind=NoticeKind.ASSIGNED))

    await merge(client, source, into)
    assert await notice_ticket(database, agent) == into

    await client.delete(path(source, "/merge"))
    assert await notice_ticket(database, agent) == source


async def test_who_answers_is_told_of_everybody_who_wrote(database: Database, client: AsyncClient) -> None:
    source, into = await open_ticket(database, address=OLD), await open_ticket(database, address=NEW)
    await write_in(database, source, OLD, days_ago=5)
    await write_in(database, into, NEW, days_ago=1)
    await merge(client, source, into)

    page = (await client.get(f"/tickets/{into}")).text

    defaults = re.search(r'id="reply-defaults" type="application/json">(.*?)</script>', page, re.DOTALL)
    assert defaults is not None
    reply = json.loads(html.unescape(defaults[1]))["reply"]
    assert [each["address"] for each in reply["to"]] == [NEW]
    assert {each["address"] for each in reply["writers"]} == {OLD, NEW}
