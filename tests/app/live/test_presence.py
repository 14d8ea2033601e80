"""Who looks and who types: told at once, gone by itself."""

from datetime import timedelta

import time_machine
from fastapi import FastAPI
from httpx import AsyncClient

from app.accounts.models import Agent
from app.core.clock import now
from app.core.database import Database, count_statements
from app.live import presence_queries
from app.live.hub import Hub
from app.live.models import PresenceState
from app.live.presence import LIFE, PresenceBook, sweep
from app.tickets.models import Ticket
from tests.app.live.listener import listening
from tests.support.builders import build_agent, build_channel, build_team, build_ticket
from tests.support.fixtures_web import Clients


async def _new_ticket(database: Database) -> Ticket:
    async with database.transaction() as session:
        return await build_ticket(session)


async def _state(database: Database, ticket: Ticket, agent: Agent) -> PresenceState | None:
    async with database.reading() as session:
        return await presence_queries.find_state(session, ticket.id, agent.id, at=now())


async def test_viewing_and_typing_are_told_apart(
    app: FastAPI, hub: Hub, database: Database, client: AsyncClient, agent: Agent, clients: Clients, lead: Agent
) -> None:
    ticket = await _new_ticket(database)
    other = await clients.of(lead)

    async with listening(app, other) as listener:
        await listener.next("counts")
        await client.put(f"/tickets/{ticket.number}/presence", data={"state": "viewing"})
        viewing = await listener.next("ticket")
        await client.put(f"/tickets/{ticket.number}/presence", data={"state": "typing"})
        typing = await listener.next("ticket")

    assert agent.name in viewing.data["row"]
    assert agent.name in typing.data["row"]
    assert viewing.data["row"] != typing.data["row"]


async def test_leaving_is_told(app: FastAPI, hub: Hub, database: Database, client: AsyncClient, agent: Agent) -> None:
    ticket = await _new_ticket(database)
    await client.put(f"/tickets/{ticket.number}/presence", data={"state": "viewing"})

    async with listening(app, client) as listener:
        await listener.next("counts")
        answer = await client.post(f"/tickets/{ticket.number}/presence/leave")
        event = await listener.next("ticket")

    assert answer.status_code == 204
    assert agent.name not in event.data["row"]


async def test_a_beat_writes_nothing_by_itself(database: Database, client: AsyncClient, agent: Agent) -> None:
    ticket = await _new_ticket(database)
    await client.put(f"/tickets/{ticket.number}/presence", data={"state": "viewing"})
    statements = count_statements(database)

    await client.put(f"/tickets/{ticket.number}/presence", data={"state": "viewing"})

    assert not [each for each in statements if each.startswith(("INSERT", "UPDATE", "DELETE"))]


async def test_beats_keep_it_alive_and_silence_ends_it(database: Database, agent: Agent) -> None:
    ticket = await _new_ticket(database)
    book = PresenceBook(database)

    with time_machine.travel(now(), tick=False) as clock:
        await _beat(database, book, ticket, agent)
        clock.shift(LIFE - timedelta(seconds=5))
        await _beat(database, book, ticket, agent)
        await book.flush()
        clock.shift(LIFE - timedelta(seconds=5))
        still = await _state(database, ticket, agent)
        clock.shift(timedelta(seconds=6))
        async with database.transaction() as session:
            await sweep(session)
        after = await _state(database, ticket, agent)

    assert still is PresenceState.VIEWING
    assert after is None


async def test_the_sweep_tells_the_pages(
    app: FastAPI, hub: Hub, database: Database, client: AsyncClient, agent: Agent
) -> None:
    ticket = await _new_ticket(database)
    await client.put(f"/tickets/{ticket.number}/presence", data={"state": "viewing"})

    async with listening(app, client) as listener:
        await listener.next("counts")
        with time_machine.travel(now() + LIFE + timedelta(seconds=1)):
            async with database.transaction() as session:
                await sweep(session)
            event = await listener.next("ticket")

    assert event.data["number"] == ticket.number
    assert agent.name not in event.data["row"]


async def test_nobody_is_present_where_they_see_nothing(database: Database, client: AsyncClient) -> None:
    async with database.transaction() as session:
        channel = await build_channel(session)
        await build_team(session, channels=[channel], members=[await build_agent(session)])
        ticket = await build_ticket(session, channel=channel)

    beat = await client.put(f"/tickets/{ticket.number}/presence", data={"state": "viewing"})
    leave = await client.post(f"/tickets/{ticket.number}/presence/leave")

    assert (beat.status_code, leave.status_code) == (404, 404)


async def test_an_odd_state_is_refused(database: Database, client: AsyncClient) -> None:
    ticket = await _new_ticket(database)

    answer = await client.put(f"/tickets/{ticket.number}/presence", data={"state": "sleeping"})

    assert answer.status_code == 422


async def _beat(database: Database, book: PresenceBook, ticket: Ticket, agent: Agent) -> None:
    async with database.reading() as session:
        await book.note(session, ticket.id, agent.id, PresenceState.VIEWING)
