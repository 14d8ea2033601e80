import asyncio
from datetime import timedelta

import time_machine

from app.core import leases
from app.core.clock import now
from app.core.database import Database
from app.core.lease_keeper import run_alone
from app.core.leases import Lease

LONG = timedelta(minutes=5)
OVER = timedelta(seconds=-1)


async def acquire(database: Database, holder: str, duration: timedelta = LONG) -> str | None:
    async with database.transaction() as session:
        return await leases.acquire(session, "receiver:1", holder=holder, duration=duration)


async def renew(database: Database, token: str) -> bool:
    async with database.transaction() as session:
        return await leases.renew(session, "receiver:1", token=token, duration=LONG)


async def test_of_many_exactly_one_gets_a_lease(database: Database) -> None:
    tokens = await asyncio.gather(*(acquire(database, f"worker {number}") for number in range(20)))

    assert sum(token is not None for token in tokens) == 1


async def test_a_lease_that_is_over_goes_to_another_and_its_token_is_dead(database: Database) -> None:
    old = await acquire(database, "one", OVER)

    new = await acquire(database, "two")

    assert old
    assert new
    assert not await renew(database, old)
    assert await renew(database, new)


async def test_a_step_of_the_wall_clock_gives_no_lease_away(database: Database) -> None:
    await acquire(database, "one")

    with time_machine.travel(now() + timedelta(days=1), tick=True):
        assert await acquire(database, "two") is None


async def test_a_lease_of_another_boot_is_over(database: Database) -> None:
    await acquire(database, "one")
    async with database.transaction() as session:
        lease = await session.get(Lease, "receiver:1")
        assert lease is not None
        lease.boot_id = "another boot"

    assert await acquire(database, "two")


async def test_work_is_done_by_one_and_free_again_after_it(database: Database) -> None:
    began, may_end = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        began.set()
        await may_end.wait()

    async def run(holder: str) -> bool:
        return await run_alone(database, "receiver:1", holder=holder, duration=LONG, work=work)

    first = asyncio.create_task(run("one"))
    await began.wait()
    assert not await run("two")
    may_end.set()
    assert await first
    assert await run("three")
