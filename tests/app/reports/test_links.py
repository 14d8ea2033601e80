"""A number, the list at the desk and the list of the API hold the same tickets (F6)."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from httpx import AsyncClient

from app.accounts.models import Agent
from app.core.database import Database
from app.tallies import service as tallies
from tests.app.reports.recounting import ZONE
from tests.support.builders import build_customer, build_ticket
from tests.support.fixtures_web import Clients

MONDAY = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
LATER = datetime(2030, 1, 1, tzinfo=UTC)
DAYS = "from=2026-11-02&to=2026-11-04"


async def fill(database: Database) -> None:
    """Of three days, each with a ticket that sleeps beside one that does not."""
    async with database.transaction() as session:
        for days in range(3):
            awake = await build_ticket(session, at=MONDAY + timedelta(days=days))
            asleep = await build_ticket(session, at=MONDAY + timedelta(days=days, hours=1))
            asleep.snoozed_until = LATER
            awake.due_at = asleep.due_at = MONDAY + timedelta(days=days, hours=4)
    await tallies.rebuild(database, ZONE, lambda done, of: None)


async def at_the_desk(client: AsyncClient, address: str) -> int:
    page = await client.get(address)
    assert page.status_code == 200, page.text
    found = re.search(r'id="narrowed-count">(\d+)<', page.text)
    assert found is not None, page.text
    assert page.text.count('<li class="row ') == int(found[1])
    return int(found[1])


async def by_the_api(client: AsyncClient, query: str) -> int:
    answer = await client.get(f"/api/v1/tickets?{query}")
    assert answer.status_code == 200, answer.text
    return len(answer.json()["items"])


@pytest.mark.parametrize(
    ("asked", "measure", "expected"),
    [
        ("volume?interval=day", "received", [2, 2, 2]),
        ("volume?interval=day&created_from=2026-11-03", "received", [0, 2, 2]),
        ("volume?interval=day&created_from=2026-11-02T01:30:00Z&created_to=2026-11-03", "received", [1, 2, 0]),
        ("volume?by=priority&created_to=2026-11-03", "received", [4]),
        ("backlog?interval=day", "open", [2, 4, 6]),
        ("backlog?interval=day&created_from=2026-11-03", "open", [0, 2, 4]),
    ],
)
async def test_the_number_is_what_both_lists_hold(
    database: Database, clients: Clients, admin: Agent, asked: str, measure: str, expected: list[int]
) -> None:
    await fill(database)
    client = await clients.of(admin)

    table = (await client.get(f"/api/v1/reports/{asked}&{DAYS}")).json()

    place = [each["name"] for each in table["columns"]].index(measure)
    assert [row[place] for row in table["rows"]] == expected
    for number, link in zip(expected, table["links"], strict=True):
        query = link.partition("?")[2]
        assert (await at_the_desk(client, f"/tickets?{query}"), await by_the_api(client, query)) == (number, number)


async def test_a_list_that_is_no_reports_leaves_out_what_sleeps_as_the_tabs_do(
    database: Database, clients: Clients, admin: Agent
) -> None:
    await fill(database)
    client = await clients.of(admin)

    for query in ("phase=new", "overdue=true"):
        assert (await at_the_desk(client, f"/tickets?{query}"), await by_the_api(client, query)) == (3, 3), query
    tabs = {each["key"]: each["count"] for each in (await client.get("/api/v1/tabs")).json()}
    assert tabs["new"] == 3


async def test_what_is_late_is_counted_as_its_list_holds_it(database: Database, clients: Clients, admin: Agent) -> None:
    await fill(database)

    page = await (await clients.of(admin)).get("/reports")

    assert re.search(r'href="/tickets\?overdue=true[^"]*"[^>]*>\s*3\b', page.text), page.text


async def test_company_and_priority_are_fields_and_ways_to_split(
    database: Database, clients: Clients, admin: Agent
) -> None:
    async with database.transaction() as session:
        customer = await build_customer(session, address="buyer@tokyo.example")
        customer.company = "東京商会"
        await build_ticket(session, customer=customer, at=MONDAY)
        await build_ticket(session, at=MONDAY)
    client = await clients.of(admin)

    for report in ("volume", "speed", "backlog"):
        page = (await client.get(f"/reports/{report}?{DAYS}&company=東京商会&priority=normal&by=priority")).text
        assert '<input class="field__input" type="text" name="company" value="東京商会"' in page, report
        assert '<option value="normal" selected>' in page, report
        assert '<option value="priority" selected>' in page, report
        assert '<option value="company">' in page, report
    link = re.search(
        r'href="(/tickets\?[^"]*company=[^"]*)"', (await client.get(f"/reports/volume?{DAYS}&company=東京商会")).text
    )
    assert link is not None
    assert await at_the_desk(client, link[1].replace("&amp;", "&")) == 1
