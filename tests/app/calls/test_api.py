"""Phone notes: ticket, call, status and callback in one act (A7)."""

from datetime import timedelta
from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import func, select

from app.accounts.models import Agent
from app.channels.models import PHONE, Channel
from app.core.clock import now, rfc3339
from app.core.database import Database
from app.customers.models import Customer, Identity
from app.tickets.models import Ticket
from tests.support.builders import build_agent, build_category, build_channel, build_customer, build_team, build_ticket
from tests.support.fixtures_web import Clients

TEL = "090-1234-5678"


async def _phone_log(database: Database, *members: Agent) -> int:
    async with database.transaction() as session:
        channel = await build_channel(session, name="電話メモ", kind=PHONE, address="")
        if members:
            logs = await session.scalars(select(Channel).where(Channel.kind == PHONE))
            await build_team(session, members=members, channels=logs.all())
        return channel.id


async def _note(client: AsyncClient, **values: Any) -> dict[str, Any]:
    answer = await client.post("/api/v1/calls", json={"tel": TEL, "content": "領収書がほしい", **values})
    made: dict[str, Any] = answer.json()
    assert answer.status_code == 201, made
    return made


async def _callers(client: AsyncClient, words: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await client.get("/api/v1/calls/callers", params={"q": words})).json()["items"]
    return found


async def _count(database: Database, model: type[Any]) -> int:
    async with database.reading() as session:
        return await session.scalar(select(func.count()).select_from(model)) or 0


async def test_what_was_answered_on_the_spot_is_done(database: Database, client: AsyncClient, agent: Agent) -> None:
    await _phone_log(database)
    async with database.transaction() as session:
        category_id = (await build_category(session)).id

    made = await _note(
        client,
        customer={"name": "佐藤 恵", "reading": "さとう めぐみ", "company": "北村商事"},
        answer="メールで送ると伝えた",
        category_id=category_id,
        assignee_id=agent.id,
    )
    call = (await client.get(f"/api/v1/tickets/{made['number']}/messages")).json()["items"][0]

    assert (made["phase"], made["subject"], made["assignee"]["id"]) == ("done", "領収書がほしい", agent.id)
    assert made["first_reply_at"] is not None
    assert made["category"]["id"] == category_id
    assert (made["customer"]["name"], made["customer"]["address"]) == ("佐藤 恵", TEL)
    assert call["kind"] == "call"
    assert call["text"] == "領収書がほしい\n\n【回答】\nメールで送ると伝えた\n\n[電話を受けた：090-1234-5678]"


@pytest.mark.parametrize(("assigned", "phase"), [(True, "in_progress"), (False, "new")])
async def test_what_is_not_answered_waits_where_it_belongs(
    database: Database, client: AsyncClient, agent: Agent, assigned: bool, phase: str
) -> None:
    await _phone_log(database)

    made = await _note(client, assignee_id=agent.id if assigned else None)

    assert (made["phase"], made["first_reply_at"]) == (phase, None)


async def test_a_missed_call_waits_in_new_with_a_callback(database: Database, client: AsyncClient) -> None:
    await _phone_log(database)
    due = rfc3339(now() + timedelta(minutes=30))

    made = await _note(client, direction="missed", content="", callback={"due_at": due})
    tasks = (await client.get(f"/api/v1/tickets/{made['number']}/tasks")).json()["items"]

    assert (made["phase"], made["subject"]) == ("new", "不在着信: 090-1234-5678")
    assert [(each["tel"], each["due_at"], each["assignee"]) for each in tasks] == [(TEL, due, None)]


async def test_with_a_callback_an_answered_call_is_not_done(
    database: Database, client: AsyncClient, agent: Agent
) -> None:
    await _phone_log(database)
    due = rfc3339(now() + timedelta(minutes=30))

    made = await _note(client, answer="調べます", assignee_id=agent.id, callback={"due_at": due})
    tasks = (await client.get(f"/api/v1/tickets/{made['number']}/tasks")).json()["items"]

    assert made["phase"] == "in_progress"
    assert [each["assignee"]["id"] for each in tasks] == [agent.id]


async def test_a_number_is_known_again_in_any_spelling(database: Database, client: AsyncClient) -> None:
    await _phone_log(database)
    first = await _note(client, customer={"name": "佐藤 恵", "reading": "さとう めぐみ"})

    again = await _note(client, tel="＋８１ ９０ １２３４ ５６７８")
    found = [await _callers(client, words) for words in ("０９０−１２", "+8190", "佐藤", "サトウ", "さとう")]

    assert again["customer"]["id"] == first["customer"]["id"]
    assert [[each["name"] for each in callers] for callers in found] == [["佐藤 恵"]] * 5
    assert (await _callers(client, TEL))[0]["is_exact"] is True
    assert found[0][0]["is_exact"] is False
    assert [each["number"] for each in found[0][0]["tickets"]] == [again["number"], first["number"]]


async def test_a_number_that_a_program_handed_in_is_known_too(database: Database, client: AsyncClient) -> None:
    channel_id = await _phone_log(database)
    body = {
        "channel_id": channel_id,
        "customer": {"name": "佐藤 恵", "address": "０９０１２３４５６７８"},
        "text": "在庫は？",
    }
    handed_in = (await client.post("/api/v1/tickets", json=body)).json()

    noted = await _note(client)

    assert noted["customer"]["id"] == handed_in["customer"]["id"]


async def test_a_hidden_number_of_a_program_names_nobody(database: Database, client: AsyncClient) -> None:
    channel_id = await _phone_log(database)
    body = {"channel_id": channel_id, "customer": {"name": "", "address": "非通知"}, "text": "無言電話"}

    first, second = [(await client.post("/api/v1/tickets", json=body)).json()["customer"] for _ in range(2)]

    assert first["name"] == second["name"] == "非通知"
    assert first["id"] != second["id"]


async def test_somebody_else_at_the_same_telephone_is_somebody_else(database: Database, client: AsyncClient) -> None:
    await _phone_log(database)
    first = await _note(client, customer={"name": "佐藤 恵"})

    second = await _note(client, customer={"name": "佐藤 太郎"})

    assert second["customer"]["id"] != first["customer"]["id"]
    assert second["customer"]["name"] == "佐藤 太郎"
    assert await _count(database, Identity) == 1


async def test_a_customer_of_mail_is_known_by_their_number_from_then_on(
    database: Database, client: AsyncClient
) -> None:
    await _phone_log(database)
    async with database.transaction() as session:
        ticket = await build_ticket(session)
        await session.flush()
        number, customer_id = ticket.id, ticket.customer_id

    chosen = await _note(client, customer_id=customer_id)
    again = await _note(client)
    onto = await _note(client, ticket_number=number, tel="03-1234-5678")
    by_other = await _note(client, tel="0312345678")

    assert {each["customer"]["id"] for each in (chosen, again, onto, by_other)} == {customer_id}
    assert onto["number"] == number


async def test_a_call_on_a_ticket_leaves_it_as_it_is_unless_it_was_done(
    database: Database, client: AsyncClient, agent: Agent
) -> None:
    async with database.transaction() as session:
        ticket = await build_ticket(session)
        await session.flush()
        number = ticket.id
    await client.patch(f"/api/v1/tickets/{number}", json={"status": "in_progress", "assignee_id": agent.id})

    answered = await _note(client, ticket_number=number, answer="発送済みと伝えた")
    await client.patch(f"/api/v1/tickets/{number}", json={"status": "done"})
    thanked = await _note(client, ticket_number=number, answer="お礼の電話")
    asked = await _note(client, ticket_number=number)

    assert [each["phase"] for each in (answered, thanked, asked)] == ["in_progress", "done", "new"]
    assert asked["assignee"]["id"] == agent.id
    assert asked["first_reply_at"] == answered["first_reply_at"] is not None


async def test_our_call_is_a_reply_and_no_arrival(database: Database, client: AsyncClient) -> None:
    async with database.transaction() as session:
        ticket = await build_ticket(session)
        await session.flush()
        number = ticket.id

    made = await _note(client, ticket_number=number, direction="out", content="留守番電話に入れた")
    events = (await client.get(f"/api/v1/tickets/{number}/events")).json()["items"]

    assert made["first_reply_at"] is not None
    assert [each["kind"] for each in events] == ["opened", "received", "replied"]


async def test_the_same_note_twice_is_one_ticket(database: Database, client: AsyncClient) -> None:
    await _phone_log(database)
    body, headers = {"tel": TEL, "content": "在庫の確認"}, {"Idempotency-Key": "note-1"}

    first = await client.post("/api/v1/calls", json=body, headers=headers)
    second = await client.post("/api/v1/calls", json=body, headers=headers)

    assert first.json() == second.json()
    assert await _count(database, Ticket) == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"tel": ""}, "tel"),
        ({"content": " "}, "content"),
        ({"category_id": 99}, "category_id"),
        ({"assignee_id": 99}, "assignee_id"),
        ({"customer_id": 99}, "customer_id"),
        ({"ticket_number": 99}, "ticket_number"),
        ({"status": "nonsense"}, "status"),
    ],
)
async def test_what_is_wrong_is_said_at_its_field_and_nothing_is_kept(
    database: Database, client: AsyncClient, values: dict[str, Any], field: str
) -> None:
    await _phone_log(database)

    answer = await client.post("/api/v1/calls", json={"tel": TEL, "content": "在庫", **values})

    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["errors"]] == [field]
    assert [await _count(database, model) for model in (Ticket, Customer)] == [0, 0]


async def test_callers_are_found_among_tickets_that_one_sees(
    database: Database, client: AsyncClient, clients: Clients, agent: Agent
) -> None:
    async with database.transaction() as session:
        insider = await build_agent(session)
    await _phone_log(database, insider)
    inside = await clients.of(insider)
    made = await _note(inside, customer={"name": "佐藤 恵"})

    refused = await client.post("/api/v1/calls", json={"tel": TEL, "content": "在庫"})
    hidden = await client.post("/api/v1/calls", json={"content": "在庫", "customer_id": made["customer"]["id"]})

    assert [len(await _callers(each, TEL)) for each in (inside, client)] == [1, 0]
    assert (refused.status_code, refused.json()["code"]) == (409, "no_phone_log")
    assert hidden.status_code == 409


async def test_without_a_number_the_caller_has_a_name(database: Database, client: AsyncClient) -> None:
    await _phone_log(database)

    named = await _note(client, tel="", customer={"name": "佐藤 恵"})
    hidden = await _note(client, tel="非通知")
    other = await _note(client, tel="非通知")

    assert (named["customer"]["name"], hidden["customer"]["name"]) == ("佐藤 恵", "非通知")
    assert hidden["customer"]["id"] != other["customer"]["id"]


async def test_who_was_only_a_number_has_the_name_that_they_say_next_time(
    database: Database, client: AsyncClient
) -> None:
    await _phone_log(database)
    unknown = await _note(client)

    named = await _note(client, customer={"name": "佐藤 恵", "reading": "さとう めぐみ", "company": "北村商事"})
    again = await _note(client)

    assert {each["customer"]["id"] for each in (unknown, named, again)} == {unknown["customer"]["id"]}
    assert again["customer"]["name"] == "佐藤 恵"
    [caller] = await _callers(client, "さとう")
    assert (caller["company"], caller["ticket_count"]) == ("北村商事", 3)


async def test_the_page_opens_with_what_the_telephone_system_says(database: Database, client: AsyncClient) -> None:
    await _phone_log(database)
    async with database.transaction() as session:
        await build_customer(session)
        ticket = await build_ticket(session, subject="納期の確認")
        await session.flush()
        number = ticket.id

    page = (await client.get("/calls/new", params={"tel": "09012345678", "dir": "missed"})).text
    onto = (await client.get("/calls/new", params={"ticket": number})).text
    nowhere = await client.get("/calls/new", params={"ticket": 999})

    assert 'value="09012345678"' in page
    assert 'value="missed" checked' in page
    assert f"<b>#{number}</b> 納期の確認" in onto
    assert nowhere.status_code == 404
