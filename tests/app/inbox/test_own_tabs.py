"""The count beside a tab of one's own is the number of its rows, and both are what its conditions say (B3)."""

import asyncio
import random
from itertools import product
from typing import Any

from fastapi import FastAPI
from httpx import AsyncClient

from app.accounts.models import Agent
from app.core.database import Database, count_statements
from app.live.hub import Hub
from app.tickets import assignment
from app.tickets.classification_models import Label, TicketLabel
from app.tickets.models import Category, Phase, Priority
from app.tickets.queries import find_ticket
from tests.app.live.conftest import hub as hub
from tests.app.live.listener import PATIENCE, listening
from tests.support.builders import build_agent, build_channel, build_reply, build_team, build_ticket

URL = "/api/v1/tabs"


async def _make(client: AsyncClient, **conditions: Any) -> str:
    answer = await client.post(URL, json={"name": "試し", **conditions})
    assert answer.status_code == 201, answer.text
    key: str = answer.json()["key"]
    return key


async def _counts(client: AsyncClient) -> dict[str, int]:
    return {tab["key"]: tab["count"] for tab in (await client.get(URL)).json()}


async def _fill(database: Database, agent: Agent) -> dict[str, int]:
    """Sixty tickets of every kind, some of which the agent does not see; ids of what they have."""
    chance = random.Random(3)
    async with database.transaction() as session:
        ours, foreign = await build_channel(session), await build_channel(session, name="役員室")
        team = await build_team(session, members=[await build_agent(session)], channels=[foreign])
        category = Category(name="返品")
        label = Label(name="部品待ち", name_key="部品待ち")
        session.add_all([category, label])
        await session.flush()
        for _ in range(60):
            ticket = await build_ticket(
                session, channel=chance.choice([ours, ours, foreign]), phase=chance.choice(list(Phase))
            )
            await session.flush()
            ticket.assignee_id = chance.choice([agent.id, None])
            ticket.team_id = chance.choice([team.id, None])
            ticket.category_id = chance.choice([category.id, None])
            ticket.priority = chance.choice([Priority.URGENT, Priority.NORMAL])
            ticket.is_complaint = chance.random() < 0.4
            ticket.is_waiting = chance.random() < 0.5
            if chance.random() < 0.4:
                session.add(TicketLabel(ticket_id=ticket.id, label_id=label.id))
    return {"team": team.id, "channel": ours.id, "category": category.id, "label": label.id}


async def test_counts_equal_rows_for_every_condition(database: Database, client: AsyncClient, agent: Agent) -> None:
    ids = await _fill(database, agent)
    conditions: list[dict[str, Any]] = [
        {},
        *({name: value} for name, value in ids.items()),
        *({"assignee": value} for value in ("me", "none", agent.id)),
        {"status": "in_progress"},
        {"priority": "urgent"},
        *({name: value} for name, value in product(("complaint", "waiting"), (True, False))),
        {"phase": ["new", "in_progress"], "waiting": False},
    ]

    keys = [await _make(client, **each) for each in conditions]
    counts = await _counts(client)

    for key, each in zip(keys, conditions, strict=True):
        rows = (await client.get("/api/v1/tickets", params={**each, "limit": 200})).json()["items"]
        page = (await client.get(f"/tickets?tab={key}")).text
        assert counts[key] == len(rows), each
        assert page.count('<li class="row ') == min(len(rows), 50), each
    assert 0 < counts[keys[-1]] < counts[keys[0]] < 60


async def test_all_tabs_are_counted_in_one_statement(database: Database, client: AsyncClient, agent: Agent) -> None:
    await _make(client, priority="urgent")
    await client.get("/")
    seen = count_statements(database)
    await client.get("/")
    few = len(seen)
    for number in range(20):
        await _make(client, assignee="me", waiting=bool(number % 2))

    seen.clear()
    await client.get("/")

    assert len(seen) == few


async def test_the_count_follows_by_itself(app: FastAPI, hub: Hub, database: Database, client: AsyncClient) -> None:
    key = await _make(client, complaint=True)
    async with database.transaction() as session:
        ticket = await build_ticket(session)

    async with listening(app, client) as listener:
        before = await listener.next("counts")
        async with asyncio.timeout(PATIENCE):
            async with database.transaction() as session:
                found = await find_ticket(session, ticket.number)
                assert found is not None
                assignment.flag_complaint(session, found, True)
            event = await listener.next("ticket")
            after = await listener.next("counts")

    assert (before.data["tabs"][key], after.data["tabs"][key]) == (0, 1)
    assert event.data["facts"]["complaint"] is True


async def test_a_new_tab_is_told_to_the_pages(app: FastAPI, hub: Hub, database: Database, client: AsyncClient) -> None:
    async with listening(app, client) as listener:
        await listener.next("counts")
        async with asyncio.timeout(PATIENCE):
            await _make(client)
            event = await listener.next("desk")

    assert event.data == {}


async def test_whose_turn_it_is_follows_the_messages(database: Database, client: AsyncClient, agent: Agent) -> None:
    waiting, ours = await _make(client, waiting=True), await _make(client, waiting=False)
    async with database.transaction() as session:
        ticket = await build_ticket(session)
        await build_ticket(session)
        await session.flush()
        await build_reply(session, ticket, author=agent)

    counts = await _counts(client)

    assert (counts[waiting], counts[ours]) == (1, 1)
