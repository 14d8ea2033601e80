"""「次の1件」 gives each agent a ticket of their own, the oldest first (B14)."""

import asyncio
from datetime import timedelta

from httpx import AsyncClient

from app.accounts.models import Agent
from app.core.database import Database
from app.live import presence_queries
from app.tickets import assignment
from app.tickets.models import Phase
from tests.support.builders import AT, build_agent, build_channel, build_team, build_ticket
from tests.support.fixtures_web import Clients

URL = "/api/v1/tickets/next"


async def _fill(database: Database, count: int) -> list[int]:
    """Numbers, the oldest first."""
    async with database.transaction() as session:
        channel = await build_channel(session)
        tickets = [
            await build_ticket(session, channel=channel, at=AT - timedelta(minutes=number)) for number in range(count)
        ]
    return [ticket.number for ticket in reversed(tickets)]


async def _next(client: AsyncClient, **values: object) -> int | None:
    answer = await client.post(URL, json=values)
    assert answer.status_code == 200, answer.text
    number: int | None = answer.json()["number"]
    return number


async def test_the_oldest_comes_first_and_is_looked_at(database: Database, client: AsyncClient) -> None:
    numbers = await _fill(database, 3)

    served = await _next(client)
    shown = (await client.get(f"/tickets/{numbers[1]}")).text

    assert served == numbers[0]
    assert 'class="sign sign--viewing"' in shown


async def test_what_somebody_looks_at_or_answers_is_passed_over(
    database: Database, client: AsyncClient, clients: Clients
) -> None:
    numbers = await _fill(database, 4)
    async with database.transaction() as session:
        other = await build_agent(session)
    others = await clients.of(other)
    await others.put(f"/tickets/{numbers[0]}/presence", data={"state": "viewing"})
    await others.put(f"/api/v1/tickets/{numbers[1]}/lock")

    assert await _next(client) == numbers[2]
    assert await _next(client) == numbers[3]
    assert await _next(client) is None


async def test_what_somebody_else_has_is_passed_over(database: Database, client: AsyncClient, agent: Agent) -> None:
    async with database.transaction() as session:
        other = await build_agent(session)
        theirs = await build_ticket(session, at=AT - timedelta(hours=2))
        mine = await build_ticket(session, at=AT - timedelta(hours=1))
        await build_ticket(session, phase=Phase.IN_PROGRESS, at=AT - timedelta(hours=3))
        await session.flush()
        await assignment.assign(session, theirs, to=other)
        await assignment.assign(session, mine, to=agent)

    assert await _next(client) == mine.number
    assert await _next(client) is None


async def test_what_was_passed_over_comes_again_when_nothing_else_is_left(
    database: Database, client: AsyncClient, agent: Agent
) -> None:
    numbers = await _fill(database, 2)
    first = await _next(client)
    await _leave(database, numbers, agent)

    second = await _next(client, skip=[first])
    await _leave(database, numbers, agent)
    again = await _next(client, skip=[first, second])

    assert [first, second, again] == [numbers[0], numbers[1], numbers[0]]


async def _leave(database: Database, numbers: list[int], agent: Agent) -> None:
    async with database.transaction() as session:
        for number in numbers:
            await presence_queries.remove(session, number, agent.id)


async def test_a_tab_serves_its_own(database: Database, client: AsyncClient) -> None:
    numbers = await _fill(database, 2)
    await client.patch(f"/api/v1/tickets/{numbers[1]}", json={"is_complaint": True})
    tab = (await client.post("/api/v1/tabs", json={"name": "クレーム", "complaint": True})).json()

    assert await _next(client, tab=tab["key"]) == numbers[1]
    assert await _next(client, tab=tab["key"]) is None
    assert await _next(client, tab="done") == numbers[0]


async def test_what_one_may_not_see_is_served_to_nobody(database: Database, client: AsyncClient) -> None:
    async with database.transaction() as session:
        channel = await build_channel(session)
        await build_team(session, channels=[channel], members=[await build_agent(session)])
        await build_ticket(session, channel=channel)

    assert await _next(client) is None
    assert (await client.post(URL, json={"channel": channel.id})).status_code == 404


async def test_of_many_who_press_at_once_each_gets_another(database: Database, clients: Clients) -> None:
    numbers = await _fill(database, 9)
    async with database.transaction() as session:
        agents = [await build_agent(session) for _ in range(8)]
    everybody = [await clients.of(agent) for agent in agents]

    served = await asyncio.gather(*(_next(each) for each in everybody))

    assert sorted(served) == sorted(numbers[:8])  # type: ignore[type-var] # a None would differ anyway
