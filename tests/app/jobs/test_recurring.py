import asyncio
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.core import parts
from app.core.database import Database
from app.jobs.recurring import RecurringJob, run_schedule
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
