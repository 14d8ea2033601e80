"""Markers of releases and campaigns: entered by leads, read by everybody and by charts."""

from datetime import date

from httpx import AsyncClient

from app.accounts.models import Agent
from app.core.database import Database
from app.trends.marker_queries import list_markers
from tests.support.fixtures_web import Clients

URL = "/api/v1/markers"


async def test_a_lead_enters_changes_and_removes_a_marker(clients: Clients, lead: Agent) -> None:
    client = await clients.of(lead)

    made = await client.post(URL, json={"name": " アプリ 3.2 ", "first_day": "2026-11-02"})
    path = f"{URL}/{made.json()['id']}"
    changed = await client.put(
        path, json={"name": "秋のセール", "kind": "campaign", "first_day": "2026-11-02", "last_day": "2026-11-08"}
    )
    listed = await client.get(URL)
    removed = await client.delete(path)

    assert made.status_code == 201
    assert made.json() | {"id": 0, "created_at": ""} == {
        "id": 0,
        "name": "アプリ 3.2",
        "kind": "release",
        "first_day": "2026-11-02",
        "last_day": "2026-11-02",
        "created_at": "",
    }
    assert changed.json()["kind"] == "campaign"
    assert [each["last_day"] for each in listed.json()["items"]] == ["2026-11-08"]
    assert removed.status_code == 204
    assert (await client.get(URL)).json()["items"] == []


async def test_what_makes_no_marker_is_refused(clients: Clients, lead: Agent) -> None:
    client = await clients.of(lead)
    wrong = (
        {"name": " ", "first_day": "2026-11-02"},
        {"name": "x" * 101, "first_day": "2026-11-02"},
        {"name": "x", "first_day": "2026-11-31"},
        {"name": "x", "first_day": "2026-11-02", "last_day": "2026-11-01"},
        {"name": "x", "first_day": "2026-11-02", "kind": "party"},
        {"name": "x", "first_day": "2026-11-02", "colour": "red"},
    )

    answers = [(await client.post(URL, json=each)).status_code for each in wrong]

    assert answers == [422] * len(wrong)


async def test_agents_read_markers_and_enter_none(client: AsyncClient, clients: Clients, lead: Agent) -> None:
    made = (await (await clients.of(lead)).post(URL, json={"name": "x", "first_day": "2026-11-02"})).json()

    entered = await client.post(URL, json={"name": "y", "first_day": "2026-11-02"})
    removed = await client.delete(f"{URL}/{made['id']}")

    assert (entered.status_code, removed.status_code) == (403, 403)
    assert [each["name"] for each in (await client.get(URL)).json()["items"]] == ["x"]


async def test_markers_that_touch_some_days_are_found(database: Database, clients: Clients, lead: Agent) -> None:
    client = await clients.of(lead)
    for name, first, last in (("b", 5, 9), ("a", 1, 4), ("c", 9, 9), ("d", 10, 12)):
        days = {"first_day": f"2026-11-{first:02}", "last_day": f"2026-11-{last:02}"}
        await client.post(URL, json={"name": name, **days})

    async with database.reading() as session:
        found = await list_markers(session, date(2026, 11, 4), date(2026, 11, 9))
    asked = (await client.get(URL, params={"from": "2026-11-09", "to": "2026-11-10"})).json()["items"]

    assert [each.name for each in found] == ["a", "b", "c"]
    assert [each["name"] for each in asked] == ["b", "c", "d"]
