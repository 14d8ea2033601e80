import asyncio
from itertools import pairwise

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import now
from app.core.database import Database, do_last, wake_at_commit
from app.core.wakeups import EVENTS, RAW
from app.live.models import Signal
from app.tickets.models import Status
from tests.support.builders import build_agent, build_ticket

UNITS_EACH = 20


async def test_readers_see_nothing_of_an_unfinished_unit(database: Database) -> None:
    async with database.transaction() as session:
        session.add(Status(key="waiting", phase="in_progress", name="返答待ち"))
        await session.flush()
        async with database.reading() as reader:
            assert await reader.scalar(select(func.count()).select_from(Status)) == 4


async def test_a_fault_undoes_the_whole_unit(database: Database) -> None:
    async def fail() -> None:
        async with database.transaction() as session:
            session.add(Status(key="waiting", phase="in_progress"))
            await session.flush()
            raise LookupError

    with pytest.raises(LookupError):
        await fail()

    async with database.reading() as reader:
        assert await reader.scalar(select(func.count()).select_from(Status)) == 4


async def test_the_last_statement_comes_after_everything_else(database: Database) -> None:
    order: list[str] = []

    async def last(session: AsyncSession) -> None:
        order.append(str(await session.scalar(select(func.count()).select_from(Status))))

    async with database.transaction() as session:
        do_last(session, last)
        session.add(Status(key="waiting", phase="in_progress"))

    assert order == ["5"]


async def test_events_of_parallel_units_are_numbered_in_commit_order(database: Database) -> None:
    """Whoever has read up to a number finds nothing new below it later (MODEL 3)."""
    seen: list[list[int]] = []

    async def open_one(number: int) -> None:
        async with database.transaction() as session:
            await build_ticket(session, subject=str(number))

    async def watch(until: asyncio.Event) -> None:
        while not until.is_set():
            async with database.reading() as session:
                ids = await session.scalars(text("SELECT id FROM ticket_events ORDER BY id"))
                seen.append(list(ids))
            await asyncio.sleep(0)

    done = asyncio.Event()
    watching = asyncio.create_task(watch(done))
    await asyncio.gather(*(open_one(number) for number in range(30)))
    done.set()
    await watching

    for earlier, later in pairwise(seen):
        assert later[: len(earlier)] == earlier


async def test_a_commit_wakes_those_who_wait_for_its_topic_alone(database: Database) -> None:
    async with database.wakeups.subscribe(EVENTS) as events, database.wakeups.subscribe(RAW) as raw:
        async with database.transaction() as session:
            wake_at_commit(session, EVENTS)

        await asyncio.wait_for(events.wait(600), timeout=60)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(raw.wait(60), timeout=0.05)


async def test_another_process_is_woken_too(database: Database) -> None:
    other = Database(database.url)
    listening = asyncio.create_task(other.listen())
    try:
        async with other.wakeups.subscribe(EVENTS) as waiter:
            woken = asyncio.create_task(waiter.wait(60))
            while not woken.done():
                async with database.transaction() as session:
                    await build_agent(session)
                    wake_at_commit(session, EVENTS)
                await asyncio.wait([woken], timeout=0.3)
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        await other.dispose()

    assert woken.done()


async def test_two_processes_that_write_all_the_time_let_each_other_in(database: Database) -> None:
    other, order = Database(database.url), list[int]()
    databases = [database, other]

    async def write(number: int) -> None:
        for _ in range(UNITS_EACH):
            async with databases[number].transaction() as session:
                session.add(Signal(at=now()))
            order.append(number)

    await asyncio.gather(*(write(number) for number in (0, 1) for _ in range(3)))
    await other.dispose()

    turns = sum(before != after for before, after in pairwise(order))
    assert order.count(0) == order.count(1) == UNITS_EACH * 3
    assert turns > UNITS_EACH * 1.5
