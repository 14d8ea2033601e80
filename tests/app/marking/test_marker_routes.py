"""The page of markers: leads enter and remove them, everybody reads them, charts show them."""

from httpx import AsyncClient

from app.accounts.models import Agent
from tests.support.fixtures_web import Clients

PAGE = "/reports/markers"
RELEASE = {"name": "アプリ <3.2>", "kind": "release", "first_day": "2026-11-02", "last_day": ""}


async def test_a_lead_enters_and_removes_a_marker(clients: Clients, lead: Agent) -> None:
    client = await clients.of(lead)

    added = await client.post(PAGE, data=RELEASE)
    shown = (await client.get(PAGE)).text
    marker_id = (await client.get("/api/v1/markers")).json()["items"][0]["id"]
    removed = await client.post(f"{PAGE}/{marker_id}/removal")

    assert added.status_code == removed.status_code == 303
    assert "アプリ &lt;3.2&gt;" in shown
    assert "<td>2026年11月2日(月)</td>" in shown
    assert "アプリ" not in (await client.get(PAGE)).text


async def test_a_marker_is_changed_in_its_row(clients: Clients, lead: Agent) -> None:
    client = await clients.of(lead)
    await client.post(PAGE, data=RELEASE)
    marker_id = (await client.get("/api/v1/markers")).json()["items"][0]["id"]

    row = (await client.get(PAGE, params={"change": marker_id})).text
    wrong = await client.post(f"{PAGE}/{marker_id}", data={**RELEASE, "name": ""})
    changed = await client.post(f"{PAGE}/{marker_id}", data={**RELEASE, "name": "3.3", "last_day": "2026-11-04"})

    assert f'action="{PAGE}/{marker_id}"' in row
    assert row.count('id="first_day"') == 1
    assert wrong.status_code == 422
    assert f'action="{PAGE}/{marker_id}"' in wrong.text
    assert changed.headers["location"] == f"{PAGE}#marker-{marker_id}"
    shown = (await client.get(PAGE)).text
    assert ">3.3</a>" in shown
    assert "2026年11月2日(月) – 2026年11月4日(水)" in shown


async def test_what_was_typed_stays_where_something_is_wrong(clients: Clients, lead: Agent) -> None:
    client = await clients.of(lead)

    answer = await client.post(PAGE, data={**RELEASE, "last_day": "2026-11-01"})

    assert answer.status_code == 422
    assert "アプリ &lt;3.2&gt;" in answer.text
    assert 'role="alert"' in answer.text


async def test_agents_read_markers_only(client: AsyncClient) -> None:
    page = (await client.get(PAGE)).text

    assert '<form class="marker-form"' not in page
    assert (await client.post(PAGE, data=RELEASE)).status_code == 403
    assert (await client.post(f"{PAGE}/1", data=RELEASE)).status_code == 403
    assert (await client.post(f"{PAGE}/1/removal")).status_code == 403
