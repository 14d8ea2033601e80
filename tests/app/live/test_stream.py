"""What a browser hears of what others do."""

import asyncio
from typing import Any

from fastapi import FastAPI
from httpx import AsyncClient

from app.accounts.models import Agent
from app.core.database import Database, wake_at_commit
from app.core.wakeups import EVENTS
from app.live.batches import MAX_BEHIND
from app.live.hub import Hub
from app.live.queries import read_ends
from app.live.signals import signal
from app.outbox.outcomes import NotTaken
from app.tickets import closing
from app.tickets.models import Ticket
from app.tickets.queries import find_ticket
from tests.app.live.listener import PATIENCE, listening
from tests.support.builders import build_agent, build_message, build_ticket
from tests.support.fixtures_web import Clients
from tests.support.network import eventually
from tests.support.replying import Desk
from tests.support.sending import claim, settle_in_unit


async def _new_ticket(database: Database) -> Ticket:
    async with database.transaction() as session:
        return await build_ticket(session)


async def _finish(database: Database, number: int) -> None:
    async with database.transaction() as session:
        ticket = await find_ticket(session, number)
        assert ticket is not None
        await closing.set_status(session, ticket, await closing.status_by_key(session, "done"))


async def _position(database: Database) -> str:
    async with database.reading() as session:
        epoch, event_id, _ = await read_ends(session)
    return f"{epoch}-{event_id}"


async def test_a_change_is_heard(app: FastAPI, hub: Hub, database: Database, client: AsyncClient) -> None:
    ticket = await _new_ticket(database)

    async with listening(app, client) as listener:
        await listener.next("counts")
        await _finish(database, ticket.number)
        event = await listener.next("ticket")

    assert event.data["number"] == ticket.number
    assert event.data["phase"] == "done"
    assert f'id="ticket-{ticket.number}"' in event.data["row"]
    assert event.data["channel_ids"] == [ticket.home_channel_id]
    assert event.id == await _position(database)


async def test_counts_follow(app: FastAPI, hub: Hub, database: Database, client: AsyncClient) -> None:
    ticket = await _new_ticket(database)

    async with listening(app, client) as listener:
        before = await listener.next("counts")
        await _finish(database, ticket.number)
        after = await listener.next("counts")

    nothing = dict.fromkeys(("new", "in_progress", "done", "mine", "overdue", "spam", "trash"), 0)
    assert before.data["tabs"] == nothing | {"new": 1}
    assert after.data["tabs"] == nothing | {"done": 1}
    assert after.data["mailboxes"][str(ticket.home_channel_id)] == 0


async def test_what_was_not_sent_is_counted_for_who_wrote_it(
    app: FastAPI, hub: Hub, desk: Desk, clients: Clients
) -> None:
    await desk.reply()
    claimed = await claim(desk.database)

    async with listening(app, await clients.of(desk.agent)) as listener:
        before = await listener.next("counts")
        await settle_in_unit(desk, claimed, NotTaken("550 no such user", is_permanent=True))
        after = await listener.next("counts")

    assert (before.data["not_sent"], after.data["not_sent"]) == (0, 1)


async def test_a_customers_message_is_marked(app: FastAPI, hub: Hub, database: Database, client: AsyncClient) -> None:
    ticket = await _new_ticket(database)

    async with listening(app, client) as listener:
        await listener.next("counts")
        async with database.transaction() as session:
            found = await find_ticket(session, ticket.number)
            assert found is not None
            await build_message(session, found)
        event = await listener.next("ticket")

    assert event.data["is_new_message"] is True


async def test_a_signal_draws_the_row_anew(app: FastAPI, hub: Hub, database: Database, client: AsyncClient) -> None:
    ticket = await _new_ticket(database)

    async with listening(app, client) as listener:
        await listener.next("counts")
        async with database.transaction() as session:
            await signal(session, ticket.id)
        event = await listener.next("ticket")

    assert event.data["number"] == ticket.number
    assert event.data["is_new_message"] is False


async def test_whoever_comes_back_hears_what_they_missed(
    app: FastAPI, hub: Hub, database: Database, client: AsyncClient
) -> None:
    seen = await _new_ticket(database)
    position = await _position(database)
    missed = await _new_ticket(database)

    async with listening(app, client, after=position) as listener:
        event = await listener.next("ticket")
        others = await listener.names_within(0.5)

    assert event.data["number"] == missed.number != seen.number
    assert "ticket" not in others


async def test_a_position_that_means_nothing_is_reset(
    app: FastAPI, hub: Hub, database: Database, client: AsyncClient
) -> None:
    await _new_ticket(database)
    epoch, _, number = (await _position(database)).rpartition("-")

    for after in (
        f"another-{number}",
        f"{epoch}-{int(number) + 1}",
        f"{epoch}-{int(number) - MAX_BEHIND - 1}",
        "nonsense",
    ):
        async with listening(app, client, after=after) as listener:
            event = await listener.next("reset")
            assert event.id == await _position(database), after


async def test_last_event_id_goes_before_the_address(
    app: FastAPI, hub: Hub, database: Database, client: AsyncClient
) -> None:
    old = await _position(database)
    await _new_ticket(database)
    client.headers["Last-Event-ID"] = await _position(database)

    async with listening(app, client, after=old) as listener:
        names = await listener.names_within(0.5)

    assert "ticket" not in names


async def test_a_token_listens_too(app: FastAPI, hub: Hub, database: Database, agent: Agent, clients: Clients) -> None:
    client = await clients.with_token(agent)

    async with listening(app, client, path="/api/v1/live") as listener:
        await listener.next("counts")
        ticket = await _new_ticket(database)
        event = await listener.next("ticket")

    assert event.data["number"] == ticket.number


async def test_another_process_wakes_the_hub(
    app: FastAPI, hub: Hub, database: Database, database_url: str, client: AsyncClient
) -> None:
    elsewhere = Database(database_url)
    hearing = asyncio.create_task(database.listen())
    await _has_begun(database, elsewhere)

    async with listening(app, client) as listener:
        await listener.next("counts")
        ticket = await _new_ticket(elsewhere)
        event = await listener.next("ticket")

    assert event.data["number"] == ticket.number
    hearing.cancel()
    await asyncio.wait([hearing])
    await elsewhere.dispose()


async def _has_begun(database: Database, elsewhere: Database) -> None:
    """The listening: what the other process commits is noticed."""
    async with database.wakeups.subscribe(EVENTS) as waiter:
        woken = asyncio.create_task(waiter.wait(PATIENCE))
        while not woken.done():
            async with elsewhere.transaction() as session:
                await build_agent(session)
                wake_at_commit(session, EVENTS)
            await asyncio.wait([woken], timeout=0.3)


async def test_stopping_ends_all_streams(app: FastAPI, hub: Hub, client: AsyncClient) -> None:
    async with listening(app, client) as listener:
        app.state.stopping.set()
        async with asyncio.timeout(PATIENCE):
            assert await listener.has_ended.wait()


async def test_nothing_is_left_of_those_who_left(
    app: FastAPI, hub: Hub, database: Database, client: AsyncClient
) -> None:
    tasks = len(asyncio.all_tasks())

    for _ in range(200):
        async with listening(app, client):
            pass

    pool: Any = database.reader.pool
    await eventually(lambda: not pool.checkedout(), what="the hub has read to the end for who left last")
    assert hub.stream_count == 0
    assert len(asyncio.all_tasks()) <= tasks


async def test_a_row_is_in_the_readers_language(
    app: FastAPI, hub: Hub, database: Database, clients: Clients, client: AsyncClient
) -> None:
    async with database.transaction() as session:
        english = await build_agent(session, locale="en")
    other = await clients.of(english)

    async with listening(app, client) as ja, listening(app, other) as en:
        await ja.next("counts")
        await en.next("counts")
        await _new_ticket(database)
        rows = [(await each.next("ticket")).data["row"] for each in (ja, en)]

    assert "新着" in rows[0]
    assert "New" in rows[1]
