import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core import parts
from app.core.clock import now
from app.core.database import Database
from app.jobs.recurring import RecurringJob, run_once, run_schedule
from app.live.models import Signal
from app.live.queries import add_signal
from tests.support.network import eventually


async def test_a_job_that_fails_leaves_the_others_alone(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[str] = []

    async def fail(session: AsyncSession) -> None:
        runs.append("failing")
        raise ValueError("a fault of ours")

    async def wait(session: AsyncSession) -> None:
        runs.append("waiting")

    async def have_run() -> bool:
        return runs.count("failing") >= 2 and runs.count("waiting") >= 2

    monkeypatch.setattr(parts, "RESTART_SECONDS", 0.01)
    every = timedelta(milliseconds=50)
    schedule = asyncio.create_task(
        run_schedule(database, [RecurringJob("failing", every, fail), RecurringJob("waiting", every, wait)])
    )
    await eventually(have_run, what="two runs of each")
    is_alive = not schedule.done()
    schedule.cancel()
    await asyncio.gather(schedule, return_exceptions=True)

    assert is_alive


async def test_a_due_time_is_run_once_by_whichever_worker_comes_first(database: Database) -> None:
    """Also by one whose clock is an hour behind, or that comes to an earlier time late."""
    workers, every = [Database(database.url) for _ in range(4)], timedelta(hours=1)
    job = RecurringJob("once", every, lambda session: add_signal(session, None))
    due_at = job.due_at(now())

    turns = [due_at, due_at + every, due_at + every, due_at, due_at + 2 * every]
    runs = [await asyncio.gather(*(run_once(worker, job, turn) for worker in workers)) for turn in turns]

    assert [sum(each) for each in runs] == [1, 1, 0, 0, 1]
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Signal)) == sum(map(sum, runs))
    for worker in workers:
        await worker.dispose()
