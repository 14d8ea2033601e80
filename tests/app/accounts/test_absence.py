"""Absence: one sets one's own, a lead everybody's; it ends by itself."""

from datetime import timedelta
from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from app.accounts.audit_models import AuditKind, AuditLine
from app.accounts.models import Agent
from app.core.clock import now
from app.core.database import Database
from tests.support.builders import build_agent


async def _path(agent: Agent) -> str:
    return f"/api/v1/agents/{agent.id}/absence"


async def test_one_goes_away_and_comes_back(database: Database, client: AsyncClient, agent: Agent) -> None:
    away = await client.put(await _path(agent), json={})
    back = await client.delete(await _path(agent))

    assert (away.json()["is_absent"], away.json()["absent_until"]) == (True, None)
    assert (back.json()["is_absent"], back.json()["absent_since"]) == (False, None)


async def test_the_last_day_is_a_day_away(database: Database, client: AsyncClient, agent: Agent) -> None:
    today = (now() + timedelta(hours=9)).date()

    answer = await client.put(await _path(agent), json={"until": today.isoformat()})

    assert answer.json()["is_absent"]
    assert answer.json()["absent_until"].endswith("T15:00:00.000000Z")


@pytest.mark.parametrize("until", ["2020-01-01", "tomorrow"])
async def test_a_day_that_is_over_or_none_is_refused(
    database: Database, client: AsyncClient, agent: Agent, until: str
) -> None:
    answer = await client.put(await _path(agent), json={"until": until})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "until")


async def test_others_are_sent_away_by_leads_only(
    database: Database, client: AsyncClient, clients: Any, lead: Agent
) -> None:
    async with database.transaction() as session:
        colleague = await build_agent(session)

    by_agent = await client.put(await _path(colleague), json={})
    by_lead = await (await clients.of(lead)).put(await _path(colleague), json={})

    assert (by_agent.status_code, by_lead.status_code) == (403, 200)


async def test_the_audit_log_says_who_sent_whom_away(
    database: Database, client: AsyncClient, clients: Any, agent: Agent, lead: Agent
) -> None:
    leads = await clients.of(lead)
    await client.put(await _path(agent), json={})
    await client.delete(await _path(agent))
    await leads.put(await _path(agent), json={"until": "2999-12-31"})
    await leads.delete(await _path(agent))

    async with database.reading() as session:
        of_people = (AuditLine.kind == AuditKind.SETTINGS, AuditLine.agent_id.is_not(None))
        noted = (await session.scalars(select(AuditLine).where(*of_people).order_by(AuditLine.id))).all()

    until = "2999-12-31T15:00:00.000000Z"
    assert {(line.agent_id, line.subject, line.subject_id) for line in noted} == {(lead.id, "agents", agent.id)}
    assert [line.details["changes"] for line in noted] == [
        {"is_absent": [False, True], "absent_until": [None, until]},
        {"is_absent": [True, False], "absent_until": [until, None]},
    ]


async def test_the_page_sets_it_and_keeps_what_is_wrong_at_its_field(
    database: Database, client: AsyncClient, agent: Agent
) -> None:
    wrong = await client.post(f"/settings/absence/{agent.id}", data={"until": "2020-01-01"})
    right = await client.post(f"/settings/absence/{agent.id}", data={"until": ""})
    page = await client.get("/settings/absence")

    assert (wrong.status_code, right.status_code) == (422, 303)
    assert "過去" in wrong.text
    assert f"/settings/absence/{agent.id}/end" in page.text


async def test_who_is_away_is_marked_in_the_menu_of_assignees(
    database: Database, client: AsyncClient, agent: Agent
) -> None:
    await client.put(await _path(agent), json={})
    opened = await client.post(
        "/api/v1/tickets", json={"channel_id": 1, "customer": {"name": "田中"}, "text": "電話がありました"}
    )

    page = await client.get(f"/tickets/{opened.json()['number']}")

    assert "不在" in page.text
