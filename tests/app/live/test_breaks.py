"""Whose line was cut for a while hears what changed meanwhile, or is told to read everything anew."""

from datetime import timedelta

from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import update

from app.core.clock import now
from app.core.database import Database
from app.live.batches import MAX_SIGNALLED
from app.live.hub import Hub
from app.live.models import Signal
from app.live.queries import read_ends
from app.live.signals import KEPT, signal, signal_desk
from app.tickets.history_models import TicketEvent
from tests.app.live.listener import Listener, listening
from tests.support.builders import build_ticket

QUIET_SECONDS = 0.5


async def _position(database: Database) -> str:
    async with database.reading() as session:
        epoch, event_id, _ = await read_ends(session)
    return f"{epoch}-{event_id}"


async def _signalled(database: Database, *, count: int = 1, age: timedelta) -> tuple[str, set[int]]:
    """Where the log ended, and tickets of which something changed so long ago that is no history."""
    async with database.transaction() as session:
        tickets = [await build_ticket(session) for _ in range(count)]
        await session.flush()
        numbers = {ticket.number for ticket in tickets}
    position = await _position(database)
    async with database.transaction() as session:
        for number in numbers:
            await signal(session, number)
        await signal_desk(session)
        await session.execute(update(Signal).values(at=now() - age))
    return position, numbers


async def _numbers(listener: Listener) -> set[int]:
    """Of the tickets that are told before the counts, with which a welcome ends."""
    numbers = set()
    while (event := await listener.events.get()).name != "counts":
        if event.name == "ticket":
            numbers.add(event.data["number"])
    return numbers


async def test_after_a_cut_of_minutes_locks_and_presence_are_told(
    app: FastAPI, hub: Hub, database: Database, client: AsyncClient
) -> None:
    position, numbers = await _signalled(database, count=3, age=timedelta(minutes=10))
    client.headers["Last-Event-ID"] = position

    async with listening(app, client) as listener:
        told = [await listener.next("ticket") for _ in numbers]
        desk = await listener.next("desk")

    assert {event.data["number"] for event in told} == numbers
    assert desk.id == position


async def test_a_page_that_was_read_just_now_is_told_of_the_last_minute_alone(
    app: FastAPI, hub: Hub, database: Database, client: AsyncClient
) -> None:
    position, _ = await _signalled(database, age=timedelta(minutes=10))

    async with listening(app, client, after=position) as listener:
        assert await _numbers(listener) == set()


async def test_after_a_cut_that_outlasted_what_is_kept_everything_is_read_anew(
    app: FastAPI, hub: Hub, database: Database, client: AsyncClient
) -> None:
    position, _ = await _signalled(database, age=timedelta())
    async with database.transaction() as session:
        long_ago = now() - KEPT - timedelta(minutes=1)
        await session.execute(update(TicketEvent).values(recorded_at=long_ago))
    client.headers["Last-Event-ID"] = position

    async with listening(app, client) as listener:
        await listener.next("reset")
        names = await listener.names_within(QUIET_SECONDS)

    assert "ticket" not in names


async def test_of_very_much_that_was_missed_the_page_reads_itself_anew(
    app: FastAPI, hub: Hub, database: Database, client: AsyncClient
) -> None:
    position, _ = await _signalled(database, count=MAX_SIGNALLED + 1, age=timedelta(minutes=1))
    client.headers["Last-Event-ID"] = position

    async with listening(app, client) as listener:
        await listener.next("reset")
        names = await listener.names_within(QUIET_SECONDS)

    assert "ticket" not in names
