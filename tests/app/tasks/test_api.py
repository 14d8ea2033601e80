"""Callbacks: promised, done, put off, given away, and told when they fall due (A7)."""

from datetime import timedelta
from typing import Any

import time_machine
from httpx import AsyncClient
from sqlalchemy import select

from app.accounts.models import Agent
from app.core.clock import now, rfc3339
from app.core.database import Database
from app.notices.jobs import NOTICES
from app.notices.models import Notice, NoticeKind
from app.tasks.service import tell_due
from app.tickets.history_models import TicketEvent
from tests.support.builders import build_agent, build_channel, build_team, build_ticket
from tests.support.fixtures_web import Clients
from tests.support.log_reading import run_once


async def _ticket(database: Database) -> int:
    async with database.transaction() as session:
        ticket = await build_ticket(session)
        await session.flush()
        return ticket.id


async def _promise(client: AsyncClient, number: int, **values: Any) -> dict[str, Any]:
    due = rfc3339(now() + timedelta(minutes=30))
    answer = await client.post(f"/api/v1/tickets/{number}/tasks", json={"due_at": due, **values})
    made: dict[str, Any] = answer.json()
    assert answer.status_code == 201, made
    return made


async def _kinds(database: Database, number: int) -> list[str]:
    async with database.reading() as session:
        events = await session.scalars(
            select(TicketEvent).where(TicketEvent.ticket_id == number).order_by(TicketEvent.id)
        )
        return [each.kind for each in events if each.kind.startswith("task")]


async def _fall_due(database: Database) -> list[tuple[int, NoticeKind]]:
    with time_machine.travel(now() + timedelta(hours=1), tick=False):
        for _ in range(2):
            async with database.transaction() as session:
                await tell_due(session)
        await run_once(database, NOTICES)
    async with database.reading() as session:
        return [(each.agent_id, each.kind) for each in await session.scalars(select(Notice).order_by(Notice.id))]


async def test_a_callback_is_promised_done_and_opened_again(
    database: Database, client: AsyncClient, agent: Agent
) -> None:
    number = await _ticket(database)
    task = await _promise(client, number, tel="０９０ １２３４ ５６７８", text="在庫の件", assignee_id=agent.id)
    path = f"/api/v1/tickets/{number}/tasks"

    done = (await client.patch(f"{path}/{task['id']}", json={"is_done": True})).json()
    again = (await client.patch(f"{path}/{task['id']}", json={"is_done": True})).json()
    opened = (await client.patch(f"{path}/{task['id']}", json={"is_done": False})).json()
    listed = (await client.get(path)).json()["items"]

    assert (task["tel"], task["assignee"]["id"], task["is_overdue"]) == ("090-1234-5678", agent.id, False)
    assert done["done_by"] == {"id": agent.id, "name": agent.name}
    assert again["done_at"] == done["done_at"]
    assert opened["done_at"] is None
    assert listed == [opened]
    assert await _kinds(database, number) == ["task_added", "task_done", "task_reopened"]


async def test_only_who_sees_the_ticket_has_its_tasks(database: Database, clients: Clients, agent: Agent) -> None:
    async with database.transaction() as session:
        insider = await build_agent(session)
        channel = await build_channel(session)
        await build_team(session, members=[insider], channels=[channel])
        ticket = await build_ticket(session, channel=channel)
        await session.flush()
        number = ticket.id
    inside, outside = await clients.of(insider), await clients.of(agent)
    task = await _promise(inside, number)
    path = f"/api/v1/tickets/{number}/tasks"

    seen = [(await outside.get(path)).status_code]
    seen.append((await outside.patch(f"{path}/{task['id']}", json={"is_done": True})).status_code)
    given = await inside.patch(f"{path}/{task['id']}", json={"assignee_id": agent.id})

    assert seen == [404, 404]
    assert (given.status_code, given.json()["errors"][0]["field"]) == (422, "assignee_id")


async def test_a_task_of_another_ticket_is_not_found(database: Database, client: AsyncClient) -> None:
    number, other = await _ticket(database), await _ticket(database)
    task = await _promise(client, number)

    answer = await client.patch(f"/api/v1/tickets/{other}/tasks/{task['id']}", json={"is_done": True})

    assert answer.status_code == 404


async def test_when_it_falls_due_its_assignee_is_told_once(
    database: Database, client: AsyncClient, agent: Agent
) -> None:
    number = await _ticket(database)
    await _promise(client, number, assignee_id=agent.id)

    told = await _fall_due(database)

    assert told == [(agent.id, NoticeKind.TASK_DUE)]
    assert await _kinds(database, number) == ["task_added", "task_due"]


async def test_what_was_put_off_is_told_anew_and_what_is_done_is_not(
    database: Database, client: AsyncClient, agent: Agent
) -> None:
    number = await _ticket(database)
    late, done = await _promise(client, number), await _promise(client, number)
    path = f"/api/v1/tickets/{number}/tasks"
    await client.patch(f"{path}/{done['id']}", json={"is_done": True})
    await _fall_due(database)

    later = rfc3339(now() + timedelta(minutes=40))
    await client.patch(f"{path}/{late['id']}", json={"due_at": later})
    await _fall_due(database)

    kinds = await _kinds(database, number)
    assert kinds == ["task_added", "task_added", "task_done", "task_due", "task_put_off", "task_due"]


async def test_a_colleague_is_told_that_they_are_to_call_back(
    database: Database, client: AsyncClient, lead: Agent
) -> None:
    number = await _ticket(database)
    await _promise(client, number, assignee_id=lead.id)

    await run_once(database, NOTICES)

    async with database.reading() as session:
        told = [(each.agent_id, each.kind) for each in await session.scalars(select(Notice))]
    assert told == [(lead.id, NoticeKind.TASK_ASSIGNED)]


async def test_my_page_shows_mine_and_nobodys_and_who_has_left_is_nobody(
    database: Database, client: AsyncClient, agent: Agent, lead: Agent
) -> None:
    number = await _ticket(database)
    async with database.transaction() as session:
        gone = await build_agent(session)
    await _promise(client, number, text="わたしの", assignee_id=agent.id)
    await _promise(client, number, text="だれのでもない")
    await _promise(client, number, text="リードの", assignee_id=lead.id)
    await _promise(client, number, text="辞めた人の", assignee_id=gone.id)
    async with database.transaction() as session:
        (await session.get_one(Agent, gone.id)).disabled_at = now()

    page = (await client.get("/home")).text

    assert [words in page for words in ("わたしの", "だれのでもない", "辞めた人の", "リードの")] == [
        True,
        True,
        True,
        False,
    ]


async def test_what_is_open_goes_with_the_ticket_that_is_merged(database: Database, client: AsyncClient) -> None:
    source, into = await _ticket(database), await _ticket(database)
    await _promise(client, source, text="納期の件")

    await client.post(f"/api/v1/tickets/{source}/merge", json={"into": into})

    listed = (await client.get(f"/api/v1/tickets/{into}/tasks")).json()["items"]
    assert [each["text"] for each in listed] == ["納期の件"]
