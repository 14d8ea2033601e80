"""The API's list of tickets: pages, filters, order."""

from datetime import timedelta
from typing import Any

import pytest
from httpx import AsyncClient

from app.accounts.models import Agent
from app.core.database import Database, count_statements
from app.tickets import assignment, closing
from app.tickets.models import Phase
from app.tickets.queries import find_ticket
from tests.support.builders import (
    AT,
    build_agent,
    build_channel,
    build_customer,
    build_message,
    build_team,
    build_ticket,
)

URL = "/api/v1/tickets"


async def _fill(database: Database, count: int = 25) -> list[int]:
    async with database.transaction() as session:
        channels = [await build_channel(session), await build_channel(session, name="返品")]
        tickets = [
            await build_ticket(
                session,
                channel=channels[number % 2],
                phase=list(Phase)[number % 3],
                # Pairs of equal instants: what comes first is decided by the number then.
                at=AT + timedelta(hours=number // 2),
            )
            for number in range(count)
        ]
        await session.flush()
        return [ticket.number for ticket in tickets]


async def _numbers(client: AsyncClient, query: str) -> list[int]:
    answer = await client.get(f"{URL}?{query}")
    assert answer.status_code == 200, answer.text
    return [ticket["number"] for ticket in answer.json()["items"]]


async def _pages(client: AsyncClient, query: str, *, limit: int) -> list[list[Any]]:
    pages: list[list[Any]] = []
    cursor = ""
    while True:
        answer = (await client.get(f"{URL}?{query}&limit={limit}{cursor}")).json()
        pages.append(answer["items"])
        if answer["next_cursor"] is None:
            return pages
        cursor = f"&cursor={answer['next_cursor']}"


@pytest.mark.parametrize("sort", ["-updated_at", "updated_at", "-created_at", "created_at"])
async def test_pages_hold_every_row_once_in_order(database: Database, client: AsyncClient, sort: str) -> None:
    numbers = await _fill(database)

    pages = await _pages(client, f"sort={sort}", limit=7)

    rows = [row for page in pages for row in page]
    key = sort.lstrip("-")
    assert [len(page) for page in pages] == [7, 7, 7, 4]
    assert sorted(row["number"] for row in rows) == numbers
    assert rows == sorted(rows, key=lambda row: (row[key], row["number"]), reverse=sort.startswith("-"))


async def test_rows_that_move_while_one_reads_are_not_told_twice(database: Database, client: AsyncClient) -> None:
    numbers = await _fill(database)
    first = (await client.get(f"{URL}?limit=10")).json()
    async with database.transaction() as session:
        for number in [row["number"] for row in first["items"][:3]] + numbers[:2]:
            ticket = await find_ticket(session, number)
            assert ticket is not None
            await build_message(session, ticket, at=AT + timedelta(days=30))

    second = (await client.get(f"{URL}?limit=100&cursor={first['next_cursor']}")).json()

    told = [row["number"] for row in first["items"] + second["items"]]
    assert len(told) == len(set(told))
    assert set(numbers) - set(told) == set(numbers[:2])


async def test_a_cursor_belongs_to_its_conditions(database: Database, client: AsyncClient) -> None:
    await _fill(database)
    cursor = (await client.get(f"{URL}?limit=2&phase=new")).json()["next_cursor"]

    same = await client.get(f"{URL}?limit=5&phase=new&cursor={cursor}")
    conditions = ("phase=done", "", "phase=new&sort=created_at")
    others = [await client.get(f"{URL}?{query}&cursor={cursor}") for query in conditions]
    odd = [await client.get(f"{URL}?cursor={text}") for text in ("x", "%FF", "W10", "bnVsbA", cursor[:-3])]

    assert same.status_code == 200
    assert {answer.status_code for answer in others + odd} == {422}


@pytest.mark.parametrize(
    "query",
    [
        "q=unknown:x",
        "label=1",
        "unknown=1",
        "limit=0",
        "limit=201",
        "phase=old",
        "status=no-such",
        "sort=subject",
        "assignee=99",
        "assignee=somebody",
        "team=99",
        "category=99",
        "channel=99",
        "customer=99",
        "channel=99999999999999999999",
        "open_at=yesterday",
        "open_at=2026-11-02",
        "created_from=2026-13-01",
        "created_to=2026-11-02T10:00:00",
    ],
)
async def test_what_means_nothing_is_refused(database: Database, client: AsyncClient, query: str) -> None:
    answer = await client.get(f"{URL}?{query}")

    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid"
    assert answer.json()["errors"][0]["field"].partition(".")[0] == query.partition("=")[0]


async def test_filters_leave_what_they_name(database: Database, client: AsyncClient, agent: Agent) -> None:
    async with database.transaction() as session:
        channel, other = await build_channel(session), await build_channel(session, name="返品")
        team = await build_team(session)
        customer = await build_customer(session, address="another@example.com")
        ticket = await build_ticket(session, channel=channel, customer=customer)
        rest = await build_ticket(session, channel=other, phase=Phase.IN_PROGRESS)
        await session.flush()
        await assignment.assign(session, ticket, to=agent)
        await assignment.hand_to_team(session, ticket, to=team)
    only, others = [ticket.number], [rest.number]

    assert await _numbers(client, f"channel={channel.id}") == only
    assert await _numbers(client, f"customer={customer.id}") == only
    assert await _numbers(client, f"team={team.id}") == only
    assert await _numbers(client, f"assignee={agent.id}") == only
    assert await _numbers(client, "assignee=me") == only
    assert await _numbers(client, "assignee=none") == others
    assert await _numbers(client, "status=in_progress") == others
    assert await _numbers(client, "status=in_progress&phase=new") == []
    assert await _numbers(client, f"channel={other.id}&assignee=none&phase=in_progress&phase=new") == others


async def test_days_are_the_organisations_and_inclusive(database: Database, client: AsyncClient) -> None:
    """AT is the second of November at ten in Tokyo; fifteen hours before is the day before there."""
    async with database.transaction() as session:
        today = await build_ticket(session, at=AT)
        yesterday = await build_ticket(session, at=AT - timedelta(hours=15))
        await session.flush()

    assert await _numbers(client, "created_from=2026-11-02") == [today.number]
    assert await _numbers(client, "created_to=2026-11-01") == [yesterday.number]
    assert await _numbers(client, "created_from=2026-11-01&created_to=2026-11-02&sort=created_at") == [
        yesterday.number,
        today.number,
    ]
    assert await _numbers(client, "created_from=2026-11-02T01:00:00Z") == [today.number]
    assert await _numbers(client, "created_to=2026-11-02T10:00:00%2B09:00") == [today.number, yesterday.number]
    assert await _numbers(client, "created_to=2026-11-02T09:59:59+09:00") == [yesterday.number]


async def test_open_at_tells_what_was_open_then(database: Database, client: AsyncClient) -> None:
    async with database.transaction() as session:
        ticket = await build_ticket(session, at=AT)
        await build_ticket(session, at=AT, phase=Phase.DONE)
    async with database.transaction() as session:
        found = await find_ticket(session, ticket.number)
        assert found is not None
        await closing.set_status(session, found, await closing.status_by_key(session, "done"))

    assert await _numbers(client, "open_at=2026-11-02T01:00:00Z") == [ticket.number]
    assert await _numbers(client, "open_at=2026-11-02T00:59:59Z") == []
    assert await _numbers(client, "open_at=2099-01-01T00:00:00Z") == []


async def test_a_channel_that_one_does_not_see_is_unknown(database: Database, client: AsyncClient) -> None:
    """Also when a ticket of it is seen by its other channel."""
    async with database.transaction() as session:
        foreign = await build_channel(session)
        await build_team(session, channels=[foreign], members=[await build_agent(session)])
        await build_ticket(session, channel=foreign)

    assert (await client.get(f"{URL}?channel={foreign.id}")).status_code == 422
    assert (await client.get(f"/tickets?channel={foreign.id}")).status_code == 404
    assert await _numbers(client, "limit=10") == []


async def test_no_more_statements_for_more_rows(database: Database, client: AsyncClient) -> None:
    """The first look at a ticket is a line of the audit log as well, written after the answer."""
    await _fill(database, 3)
    await client.get("/tickets/3")
    seen = count_statements(database)
    few = await _statements_of(client, seen)
    await _fill(database, 60)
    many = await _statements_of(client, seen)

    assert few == many
    assert many["/"] <= 15
    assert many["/tickets/3"] <= 36


async def _statements_of(client: AsyncClient, seen: list[str]) -> dict[str, int]:
    counts = {}
    for path in ("/", "/tickets/3", f"{URL}?limit=200"):
        seen.clear()
        assert (await client.get(path)).status_code == 200
        counts[path] = len(seen)
    return counts
