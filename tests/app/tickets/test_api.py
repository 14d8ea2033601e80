"""Verbs over the API: they answer what a read tells, and refuse at the field with nothing changed."""

from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent
from app.channels.models import PHONE, Channel
from app.channels.queries import find_channel_by_key
from app.core.database import Database
from app.tickets.models import Category
from tests.support.builders import build_agent, build_channel, build_team, build_ticket


async def _ticket(database: Database) -> int:
    async with database.transaction() as session:
        ticket = await build_ticket(session)
        await session.flush()
        return ticket.number


async def _category(session: AsyncSession, name: str = "請求") -> Category:
    category = Category(name=name)
    session.add(category)
    await session.flush()
    return category


async def _read(client: AsyncClient, number: int) -> Any:
    return (await client.get(f"/api/v1/tickets/{number}")).json()


async def test_a_patch_changes_what_it_names_and_answers_the_ticket(
    database: Database, client: AsyncClient, agent: Agent
) -> None:
    number = await _ticket(database)
    async with database.transaction() as session:
        category = await _category(session)
        team = await build_team(session)
    changes = {
        "status": "in_progress",
        "assignee_id": agent.id,
        "team_id": team.id,
        "category_id": category.id,
        "priority": "high",
        "is_complaint": True,
    }

    answer = await client.patch(f"/api/v1/tickets/{number}", json=changes)

    told = answer.json()
    assert answer.status_code == 200
    assert told == await _read(client, number)
    assert told["status"]["key"] == told["phase"] == "in_progress"
    assert told["assignee"] == {"id": agent.id, "name": agent.name}
    assert told["team"]["id"] == team.id
    assert told["category"] == {"id": category.id, "name": "請求"}
    assert (told["priority"], told["is_complaint"], told["labels"]) == ("high", True, [])


async def test_null_clears_and_absence_leaves(database: Database, client: AsyncClient, agent: Agent) -> None:
    number = await _ticket(database)
    await client.patch(f"/api/v1/tickets/{number}", json={"assignee_id": agent.id, "priority": "low"})

    answer = await client.patch(f"/api/v1/tickets/{number}", json={"assignee_id": None})

    assert answer.json()["assignee"] is None
    assert answer.json()["priority"] == "low"


async def test_done_and_back_comes_with_its_instant(database: Database, client: AsyncClient) -> None:
    number = await _ticket(database)

    done = await client.patch(f"/api/v1/tickets/{number}", json={"status": "done"})
    back = await client.patch(f"/api/v1/tickets/{number}", json={"status": "new"})

    assert done.json()["done_at"].endswith("Z")
    assert back.json()["done_at"] is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"status": "no such"}, "status"),
        ({"status": None}, "status"),
        ({"assignee_id": 999}, "assignee_id"),
        ({"assignee_id": 2**70}, "assignee_id"),
        ({"team_id": 999}, "team_id"),
        ({"category_id": 999}, "category_id"),
        ({"priority": "enormous"}, "priority"),
        ({"priority": None}, "priority"),
        ({"is_complaint": "perhaps"}, "is_complaint"),
        ({"labels": [1]}, "labels"),
        ({"number": 7}, "number"),
    ],
)
async def test_one_wrong_value_and_nothing_changes(
    database: Database, client: AsyncClient, changes: dict[str, Any], field: str
) -> None:
    number = await _ticket(database)
    before = await _read(client, number)

    answer = await client.patch(f"/api/v1/tickets/{number}", json={"is_complaint": True, "status": "done", **changes})

    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid"
    assert answer.json()["errors"][0]["field"].startswith(field)
    assert await _read(client, number) == before


async def test_nobody_is_given_what_they_may_not_see(database: Database, clients: Any, admin: Agent) -> None:
    async with database.transaction() as session:
        channel = await build_channel(session)
        await build_team(session, channels=[channel])
        outsider = await build_agent(session)
        other_team = await build_team(session, name="外")
        ticket = await build_ticket(session, channel=channel)
        await session.flush()
    client = await clients.of(admin)

    to_agent = await client.patch(f"/api/v1/tickets/{ticket.number}", json={"assignee_id": outsider.id})
    to_team = await client.patch(f"/api/v1/tickets/{ticket.number}", json={"team_id": other_team.id})

    assert (to_agent.status_code, to_agent.json()["errors"][0]["field"]) == (422, "assignee_id")
    assert (to_team.status_code, to_team.json()["errors"][0]["field"]) == (422, "team_id")


async def test_a_note_joins_and_is_answered(database: Database, client: AsyncClient, agent: Agent) -> None:
    number = await _ticket(database)

    answer = await client.post(f"/api/v1/tickets/{number}/notes", json={"text": "社内メモ"})

    messages = (await client.get(f"/api/v1/tickets/{number}/messages")).json()["items"]
    assert answer.status_code == 201
    assert answer.json() == messages[-1]
    assert messages[-1]["kind"] == "note"
    assert messages[-1]["author"] == {"id": agent.id, "name": agent.name}
    assert (await _read(client, number))["version"] == 2


async def test_an_empty_note_is_refused(database: Database, client: AsyncClient) -> None:
    number = await _ticket(database)

    answer = await client.post(f"/api/v1/tickets/{number}/notes", json={"text": "  \n　"})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "text"


async def _phone(database: Database) -> Channel:
    async with database.reading() as session:
        channel = await find_channel_by_key(session, "phone")
    assert channel is not None
    return channel


async def test_a_phone_note_opens_a_ticket_with_a_call(database: Database, client: AsyncClient, agent: Agent) -> None:
    phone = await _phone(database)
    call = {
        "channel_id": phone.id,
        "customer": {"name": "高橋 次郎", "address": "03-1234-5678"},
        "subject": "納期の確認",
        "text": "折り返し希望",
    }

    answer = await client.post("/api/v1/tickets", json=call)

    told = answer.json()
    messages = (await client.get(f"/api/v1/tickets/{told['number']}/messages")).json()["items"]
    assert answer.status_code == 201
    assert told == await _read(client, told["number"])
    assert told["customer"]["name"] == "高橋 次郎"
    assert told["customer"]["address"] == "03-1234-5678"
    assert told["phase"] == "new"
    assert [(each["kind"], each["text"]) for each in messages] == [("call", "折り返し希望")]
    assert messages[0]["author"]["id"] == agent.id
    assert phone.kind == PHONE


async def test_a_mail_address_on_the_phone_is_the_known_customer(database: Database, client: AsyncClient) -> None:
    known = await _read(client, await _ticket(database))
    phone = await _phone(database)
    customer = {"name": "", "address": "TANAKA@example.com"}

    answer = await client.post(
        "/api/v1/tickets", json={"channel_id": phone.id, "customer": customer, "text": "電話がありました"}
    )

    assert answer.json()["customer"] == known["customer"]
    assert answer.json()["subject"] == "電話がありました"


async def test_a_program_hands_in_a_ticket(database: Database, client: AsyncClient) -> None:
    async with database.transaction() as session:
        channel = await build_channel(session, kind="api", name="基幹システム", address="")

    answer = await client.post(
        "/api/v1/tickets", json={"channel_id": channel.id, "customer": {"name": "匿名"}, "text": "届きません"}
    )

    messages = (await client.get(f"/api/v1/tickets/{answer.json()['number']}/messages")).json()["items"]
    assert answer.status_code == 201
    assert [each["kind"] for each in messages] == ["inbound"]


@pytest.mark.parametrize("foreign", [True, False])
async def test_a_mailbox_takes_no_notes(database: Database, client: AsyncClient, foreign: bool) -> None:
    """Of a channel that is not seen nothing is said."""
    async with database.transaction() as session:
        channel = await build_channel(session)
        if foreign:
            await build_team(session, channels=[channel])

    answer = await client.post(
        "/api/v1/tickets", json={"channel_id": channel.id, "customer": {"name": "匿名"}, "text": "届きません"}
    )

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "channel_id"


async def test_the_same_key_opens_one_ticket(database: Database, client: AsyncClient) -> None:
    phone = await _phone(database)
    call = {"channel_id": phone.id, "customer": {"name": "高橋"}, "text": "折り返し"}
    headers = {"Idempotency-Key": "one"}

    first = await client.post("/api/v1/tickets", json=call, headers=headers)
    second = await client.post("/api/v1/tickets", json=call, headers=headers)

    assert second.json() == first.json()
    assert (await client.get("/api/v1/tickets")).json()["next_cursor"] is None
    assert len((await client.get("/api/v1/tickets")).json()["items"]) == 1
