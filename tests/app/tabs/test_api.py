"""Tabs of one's own: whose they are, who may change them, and in which order they stand (B3)."""

from typing import Any

import pytest
from httpx import AsyncClient

from app.accounts.models import Agent
from app.core.clock import now
from app.core.database import Database
from app.tickets.models import Category
from tests.support.builders import build_agent, build_channel, build_team
from tests.support.fixtures_web import Clients

URL = "/api/v1/tabs"


async def _make(client: AsyncClient, **values: Any) -> dict[str, Any]:
    answer = await client.post(URL, json={"name": "急ぎ", **values})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def _own(client: AsyncClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await client.get(URL)).json()
    return [tab for tab in found if tab["key"][1:].isdigit()]


async def test_a_new_tab_stands_after_the_built_in_ones(database: Database, client: AsyncClient) -> None:
    made = await _make(client, phase=["new"], priority="urgent")

    found = (await client.get(URL)).json()

    assert [tab["key"] for tab in found][:4] == ["new", "in_progress", "done", "mine"]
    assert found[-1]["key"] == made["key"]
    assert found[-1]["conditions"] == {"phase": ["new"], "priority": "urgent"}
    assert found[-1]["count"] == 0


async def test_a_personal_tab_is_nobody_elses(database: Database, client: AsyncClient, clients: Clients) -> None:
    made = await _make(client)
    async with database.transaction() as session:
        other = await build_agent(session)
    others = await clients.of(other)

    assert await _own(others) == []
    assert (await others.get(f"{URL}/{made['key']}")).status_code == 404
    assert (await others.delete(f"{URL}/{made['key']}")).status_code == 404
    assert (await others.get(f"/tickets?tab={made['key']}")).status_code == 404


async def test_only_leads_and_admins_make_tabs_for_all(
    database: Database, client: AsyncClient, lead: Agent, clients: Clients
) -> None:
    refused = await client.post(URL, json={"name": "全員", "scope": "everyone"})
    leads = await clients.of(lead)
    made = await _make(leads, name="全員", scope="everyone")

    assert refused.status_code == 403
    assert [tab["key"] for tab in await _own(client)] == [made["key"]]
    assert (await client.put(f"{URL}/{made['key']}", json={"name": "私の"})).status_code == 403
    assert (await client.delete(f"{URL}/{made['key']}")).status_code == 403
    assert (await leads.put(f"{URL}/{made['key']}", json={"name": "皆の", "scope": "everyone"})).status_code == 200


async def test_a_teams_tab_is_its_members(
    database: Database, client: AsyncClient, agent: Agent, lead: Agent, admin: Agent, clients: Clients
) -> None:
    async with database.transaction() as session:
        team = await build_team(session, members=[lead])
        other = await build_team(session, name="別の組", members=[agent])
    leads, admins = await clients.of(lead), await clients.of(admin)
    made = await _make(leads, scope="team", team_id=team.id)

    missing = await leads.post(URL, json={"name": "急ぎ", "scope": "team"})
    foreign = await leads.post(URL, json={"name": "急ぎ", "scope": "team", "team_id": other.id})

    assert await _own(client) == []
    assert [tab["key"] for tab in await _own(leads)] == [made["key"]]
    assert [tab["key"] for tab in await _own(admins)] == [made["key"]]
    assert missing.json()["errors"][0]["field"] == foreign.json()["errors"][0]["field"] == "team_id"


async def test_order_is_ones_own(database: Database, client: AsyncClient, lead: Agent, clients: Clients) -> None:
    leads = await clients.of(lead)
    keys = [(await _make(leads, name=name, scope="everyone"))["key"] for name in "あいう"]

    answer = await client.put(f"{URL}/order", json={"keys": [keys[2], keys[0], keys[1]]})
    last = (await _make(leads, name="え", scope="everyone"))["key"]

    assert answer.status_code == 204
    assert [tab["key"] for tab in await _own(client)] == [keys[2], keys[0], keys[1], last]
    assert [tab["key"] for tab in await _own(leads)] == [*keys, last]


async def test_a_removed_tab_comes_back(database: Database, client: AsyncClient) -> None:
    made = await _make(client)

    removed = await client.delete(f"{URL}/{made['key']}")
    without = await _own(client)
    page = await client.get(f"/tickets?tab={made['key']}")
    await client.post(f"{URL}/{made['key']}/restoration")

    assert removed.status_code == 204
    assert without == []
    assert page.status_code == 404
    assert [tab["key"] for tab in await _own(client)] == [made["key"]]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "あ" * 41),
        ("team", 99),
        ("category", 99),
        ("label", 99),
        ("status", "no-such"),
        ("assignee", 99),
        ("channel", 99),
        ("phase", ["old"]),
        ("priority", "none"),
        ("q", "請求"),
        ("customer", 1),
    ],
)
async def test_what_means_nothing_is_refused_at_its_field(
    database: Database, client: AsyncClient, field: str, value: object
) -> None:
    answer = await client.post(URL, json={"name": "急ぎ", field: value})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"].partition(".")[0] == field


async def test_what_was_archived_since_is_kept_until_it_is_changed(database: Database, client: AsyncClient) -> None:
    async with database.transaction() as session:
        category = Category(name="返品")
        session.add(category)
    made = await _make(client, category=category.id)
    async with database.transaction() as session:
        (await session.get_one(Category, category.id)).archived_at = now()

    renamed = await client.put(f"{URL}/{made['key']}", json={"name": "返品だけ", "category": category.id})
    page = await client.get(f"/tickets?tab={made['key']}")
    again = await client.post(URL, json={"name": "もう一つ", "category": category.id})

    assert renamed.status_code == 200
    assert page.status_code == 200
    assert "「返品」" in page.text
    assert again.json()["errors"][0]["field"] == "category"


async def test_a_mailbox_that_one_does_not_see_holds_nothing(
    database: Database, client: AsyncClient, lead: Agent, clients: Clients
) -> None:
    async with database.transaction() as session:
        channel = await build_channel(session)
        await build_team(session, members=[lead], channels=[channel])
    made = await _make(await clients.of(lead), scope="everyone", channel=channel.id)

    page = await client.get(f"/tickets?tab={made['key']}")

    assert (await _own(client))[0]["count"] == 0
    assert page.status_code == 200
    assert "見られないメールボックス" in page.text
