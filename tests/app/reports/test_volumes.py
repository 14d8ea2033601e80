from datetime import UTC, datetime, timedelta
from typing import Any

from httpx import AsyncClient
from sqlalchemy import delete

from app.accounts.models import Agent
from app.core.database import Database
from app.tallies import service as tallies
from app.tallies.models import DayColumn
from tests.app.reports.recounting import ZONE
from tests.support.builders import build_category, build_channel, build_message, build_ticket
from tests.support.fixtures_web import Clients

MONDAY = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)


async def fill(database: Database) -> dict[str, int]:
    async with database.transaction() as session:
        channel = await build_channel(session)
        category = await build_category(session)
        for days, is_billing in ((0, True), (0, False), (1, True)):
            ticket = await build_ticket(session, channel=channel, at=MONDAY + timedelta(days=days))
            await session.flush()
            ticket.category_id = category.id if is_billing else None
        await build_message(session, ticket, at=MONDAY + timedelta(days=1, hours=2))
        return {"category": category.id, "channel": channel.id}


async def read(client: AsyncClient, **asked: str) -> dict[str, Any]:
    answer = await client.get("/api/v1/reports/volume", params={"from": "2026-11-02", "to": "2026-11-04", **asked})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_each_day_has_its_arrivals_and_messages(database: Database, clients: Clients, admin: Agent) -> None:
    await fill(database)

    table = await read(await clients.of(admin), interval="day")

    assert table["rows"] == [["2026-11-02", 2, 2, 0], ["2026-11-03", 1, 2, 0], ["2026-11-04", 0, 0, 0]]
    assert table["totals"] == {"received": 3, "inbound": 4, "outbound": 0}


async def test_each_link_opens_as_many_tickets(database: Database, clients: Clients, admin: Agent) -> None:
    ids = await fill(database)
    client = await clients.of(admin)

    table = await read(client, by="channel,category")

    assert [row[3:5] for row in table["rows"]] == [[ids["category"], 2], [None, 1]]
    for row, link in zip(table["rows"], table["links"], strict=True):
        answer = await client.get(str(link))
        assert len(answer.json()["items"]) == row[4], answer.text


async def test_the_heat_map_has_every_hour(database: Database, clients: Clients, admin: Agent) -> None:
    await fill(database)

    table = await read(await clients.of(admin), by="weekday_hour")

    assert len(table["rows"]) == 7 * 24
    assert [row[:3] for row in table["rows"] if row[2]] == [[1, 10, 2], [2, 10, 1]]


async def test_days_that_did_not_change_are_answered_by_columns(
    database: Database, clients: Clients, admin: Agent
) -> None:
    ids = await fill(database)
    client = await clients.of(admin)
    await tallies.rebuild(database, ZONE, lambda done, of: None)
    whole = {"received": 3, "inbound": 4, "outbound": 0}
    plain: tuple[dict[str, str], ...] = ({}, {"by": "category"}, {"by": "weekday_hour"}, {"interval": "day"})
    asked = (*plain, {"category": str(ids["category"])}, {"came_in": str(ids["channel"])})
    assert [(await read(client, **each))["totals"] for each in plain] == [whole] * len(plain)

    async with database.transaction() as session:
        await session.execute(delete(DayColumn))

    for each in asked:
        assert (await read(client, **each))["totals"] == dict.fromkeys(whole, 0), each


async def test_what_nobody_knows_is_refused(clients: Clients, admin: Agent, database: Database) -> None:
    client = await clients.of(admin)

    for asked in ("colour=red", "by=colour", "interval=year", "category=99", "from=yesterday", "by=term", "limit=3"):
        assert (await client.get(f"/api/v1/reports/volume?{asked}")).status_code == 422, asked
