"""Readers of the log: every event has its effect exactly once, whatever fails and whoever runs beside."""

import asyncio
from collections.abc import Callable

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.database import Database
from app.live.models import Signal
from app.live.queries import add_signal
from app.tickets import consumers
from app.tickets.consumers import MAX_FAILURES, Consumer, log_reader
from app.tickets.history_models import Consumer as ConsumerRow
from app.tickets.history_models import DeadEvent, TicketEvent
from tests.support.builders import build_channel, build_ticket
from tests.support.leases import end_leases
from tests.support.log_reading import run_once

TICKETS = 30
ROUNDS = 8


async def _fill(database: Database) -> int:
    """Some events; returns how many."""
    async with database.transaction() as session:
        channel = await build_channel(session)
        for _ in range(TICKETS):
            await build_ticket(session, channel=channel)
    async with database.reading() as session:
        return await session.scalar(select(func.count()).select_from(TicketEvent)) or 0


async def _leave_trace(session: AsyncSession, event: TicketEvent) -> None:
    """An effect that would show if it happened twice."""
    await add_signal(session, event.ticket_id)


async def _traces(database: Database) -> int:
    async with database.reading() as session:
        return await session.scalar(select(func.count()).select_from(Signal)) or 0


def _failing(is_bad: Callable[[TicketEvent], bool]) -> Consumer:
    async def handle(session: AsyncSession, event: TicketEvent) -> None:
        await _leave_trace(session, event)
        if is_bad(event):
            raise ValueError("bad event")

    return Consumer("test", handle)


async def test_every_event_has_its_effect_once(database: Database) -> None:
    count = await _fill(database)
    consumer = Consumer("test", _leave_trace)

    first = await run_once(database, consumer)
    second = await run_once(database, consumer)

    assert (first, second) == (count, 0)
    assert await _traces(database) == count


async def test_parallel_readers_do_it_once(database: Database) -> None:
    count = await _fill(database)
    consumer = Consumer("test", _leave_trace)

    done = await asyncio.gather(*(run_once(database, consumer) for _ in range(8)))

    assert sum(done) == count
    assert await _traces(database) == count


async def test_a_failure_takes_back_what_it_did_and_comes_again(database: Database) -> None:
    count = await _fill(database)
    fails = iter([True])
    consumer = _failing(lambda event: event.id == 5 and next(fails, False))

    before = await run_once(database, consumer)
    traces = await _traces(database)
    after = await run_once(database, consumer)

    assert before == traces
    assert before + after == count
    assert await _traces(database) == count


async def test_what_fails_always_is_buried_and_the_log_goes_on(database: Database) -> None:
    count = await _fill(database)
    async with database.reading() as session:
        bad_id = await session.scalar(select(TicketEvent.id).order_by(TicketEvent.id).offset(7).limit(1))
    consumer = _failing(lambda event: event.id == bad_id)

    for _ in range(MAX_FAILURES + 1):
        await run_once(database, consumer)

    async with database.reading() as session:
        dead = (await session.scalars(select(DeadEvent))).all()
        failures = await session.scalar(select(ConsumerRow.failures))
    assert [(each.event_id, each.consumer) for each in dead] == [(bad_id, "test")]
    assert failures == 0
    assert await _traces(database) == count - 1


async def test_a_former_holder_comes_to_nothing(database: Database) -> None:
    """A reader that slept through its lease wakes up: its unit of work is taken back."""
    consumer = Consumer("test", _leave_trace)
    async with log_reader(database, consumer) as slow:
        await _fill(database)
        await slow.catch_up()
        await end_leases(database)
        await _fill(database)
        await run_once(database, consumer)
        traces = await _traces(database)

        await _fill(database)
        done = await slow.catch_up()

    assert done == 0
    assert await _traces(database) == traces


async def test_who_reads_on_takes_the_lease_once(database: Database) -> None:
    consumer = Consumer("test", _leave_trace)
    async with log_reader(database, consumer) as reader, log_reader(database, consumer) as other:
        await _fill(database)
        count = await reader.catch_up()
        token = await _token(database)
        await _fill(database)

        assert await other.catch_up() == 0
        assert await reader.catch_up() == count
        assert await _token(database) == token

    async with log_reader(database, consumer) as next_one:
        await _fill(database)
        assert await next_one.catch_up() == count
    assert await _token(database) != token


async def test_who_renews_and_who_takes_do_not_wait_in_a_circle(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumers, "RENEW_SECONDS", 0.0)
    consumer, other = Consumer("test", _leave_trace), Database(database.url)
    count = 0
    async with log_reader(database, consumer) as first, log_reader(other, consumer) as second:
        for _ in range(ROUNDS):
            count = await _fill(database)
            await end_leases(database)
            await asyncio.gather(first.catch_up(), second.catch_up())
        await first.catch_up()
        await second.catch_up()
    await other.dispose()

    assert await _traces(database) == count


async def _token(database: Database) -> str | None:
    async with database.reading() as session:
        return await session.scalar(select(ConsumerRow.token))
