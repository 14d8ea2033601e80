"""Numbers and days that no database can hold are refused like any other odd value, never a fault."""

import json
from base64 import urlsafe_b64encode
from typing import Any

import pytest
from httpx import AsyncClient

from app.accounts.models import Agent
from app.core.database import Database
from app.tickets.classification_models import FieldKind
from tests.support.builders import build_channel, build_field, build_ticket
from tests.support.fixtures_web import Clients

DIGITS = "1" * 5000
"""More than Python reads as a number."""

HUGE = "9" * 30
REFUSED = {400, 404, 422}


def _sealed(text: str) -> str:
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize("row_id", ["Infinity", "NaN", HUGE, "null"])
async def test_a_cursor_that_nobody_made_is_refused(client: AsyncClient, row_id: str) -> None:
    cursor = _sealed(f'["0", "0", {row_id}]')

    assert (await client.get("/api/v1/tickets", params={"cursor": cursor})).status_code == 422


async def test_a_cursor_without_a_bottom_is_refused(client: AsyncClient) -> None:
    cursor = _sealed("[" * 20_000)

    assert (await client.get("/api/v1/tickets", params={"cursor": cursor})).status_code == 422


@pytest.mark.parametrize("key", [f"t{DIGITS}", f"t{HUGE}", "t٣"])
async def test_a_tab_that_cannot_be_is_none(client: AsyncClient, key: str) -> None:
    assert (await client.get(f"/api/v1/tabs/{key}")).status_code == 404
    assert (await client.get("/tickets", params={"tab": key})).status_code == 404
    assert (await client.put("/api/v1/tabs/order", json={"keys": [key]})).status_code == 404


@pytest.mark.parametrize("number", [DIGITS, HUGE, "٣"])
async def test_a_channel_that_cannot_be_is_none(client: AsyncClient, number: str) -> None:
    assert (await client.get("/tickets", params={"channel": number})).status_code == 404
    assert (await client.get("/api/v1/tickets", params={"channel": number})).status_code == 422


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "9999-12-31T23:59:59.999999+00:00"])
@pytest.mark.parametrize("name", ["created_from", "created_to", "open_at"])
async def test_a_day_at_the_end_of_the_calendar_is_no_fault(
    database: Database, client: AsyncClient, name: str, day: str
) -> None:
    async with database.transaction() as session:
        await build_ticket(session)

    assert (await client.get("/api/v1/tickets", params={name: day})).status_code in {200, 422}


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
@pytest.mark.parametrize("operator", ["before", "after"])
async def test_a_search_from_the_end_of_the_calendar_is_no_fault(
    database: Database, client: AsyncClient, operator: str, day: str
) -> None:
    async with database.transaction() as session:
        await build_ticket(session)
    query = {"q": f"{operator}:{day}"}

    assert (await client.get("/api/v1/tickets", params=query)).status_code in {200, 422}
    assert (await client.get("/tickets", params=query)).status_code == 200


@pytest.mark.parametrize("until", ["0001-01-01", "9999-12-31"])
async def test_an_absence_to_the_end_of_the_calendar_is_refused(client: AsyncClient, agent: Agent, until: str) -> None:
    asked = await client.put(f"/api/v1/agents/{agent.id}/absence", json={"until": until})
    typed = await client.post(f"/settings/absence/{agent.id}", data={"until": until})

    assert (asked.status_code, typed.status_code) == (422, 422)


@pytest.mark.parametrize("value", [DIGITS, HUGE, "-1", "x"], ids=["digits", "huge", "negative", "word"])
async def test_the_audit_log_of_a_person_that_cannot_be_is_refused(clients: Clients, admin: Agent, value: str) -> None:
    admins = await clients.of(admin)

    assert (await admins.get("/admin/audit", params={"agent": value})).status_code in REFUSED
    assert (await admins.get("/admin/audit/export.csv", params={"agent": value})).status_code in REFUSED


@pytest.mark.parametrize(
    ("shown_from", "shown_until"),
    [("0001-01-01", ""), ("2026-11-20", "9999-12-31"), ("9999-12-31", "9999-12-31"), ("x", "y")],
)
async def test_an_announcement_to_the_end_of_the_calendar_is_refused(
    clients: Clients, admin: Agent, shown_from: str, shown_until: str
) -> None:
    admins = await clients.of(admin)
    form = {"title": "題", "text": "文", "shown_from": shown_from, "shown_until": shown_until}

    assert (await admins.post("/admin/announcements", data=form)).status_code == 422


@pytest.mark.parametrize("ids", [["999999"], [HUGE]])
async def test_people_and_mailboxes_that_do_not_exist_join_no_team(
    clients: Clients, admin: Agent, ids: list[str]
) -> None:
    admins = await clients.of(admin)

    for name in ("member_ids", "channel_ids"):
        answer = await admins.post("/admin/teams", data={"name": f"{name} {ids[0][:5]}", name: ids})
        assert answer.status_code == 422, name


@pytest.mark.parametrize("value", [DIGITS, int(HUGE), 1e400, [[]], "9999-12-31"], ids=str)
@pytest.mark.parametrize("kind", FieldKind)
async def test_a_field_takes_no_odd_value(database: Database, client: AsyncClient, kind: FieldKind, value: Any) -> None:
    async with database.transaction() as session:
        ticket = await build_ticket(session)
        await build_field(session, key="x", kind=kind)

    body = json.dumps({"fields": {"x": value}})
    json_type = {"Content-Type": "application/json"}
    answer = await client.patch(f"/api/v1/tickets/{ticket.number}", content=body, headers=json_type)

    assert answer.status_code in {200, *REFUSED}
    assert (await client.get(f"/tickets/{ticket.number}")).status_code == 200


@pytest.mark.parametrize("send_at", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00", HUGE])
async def test_nothing_is_sent_at_the_end_of_the_calendar(
    database: Database, client: AsyncClient, send_at: str
) -> None:
    async with database.transaction() as session:
        channel = await build_channel(session)

    mail = {"channel_id": channel.id, "to": ["a@example.com"], "subject": "件", "text": "文", "send_at": send_at}
    answer = await client.post("/api/v1/messages", json=mail)

    assert answer.status_code == 422
