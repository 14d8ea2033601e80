"""Recurring work: each due time is run once among all workers."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import now
from app.core.database import Database
from app.core.parts import keep_running
from app.jobs import queries

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class RecurringJob:
    """`run` is one short unit of work."""

    name: str
    every: timedelta
    run: Callable[[AsyncSession], Awaitable[object]]

    def due_at(self, at: datetime) -> datetime:
        """The latest due time that is not after `at`."""
        return EPOCH + (at - EPOCH) // self.every * self.every


async def run_schedule(database: Database, jobs: Sequence[RecurringJob]) -> None:
    """Run until cancelled. A job that fails is begun again and leaves the others alone."""
    async with asyncio.TaskGroup() as group:
        for job in jobs:
            group.create_task(keep_running(job.name, partial(_repeat, database, job)))


async def _repeat(database: Database, job: RecurringJob) -> None:
    while True:
        due_at = job.due_at(now()) + job.every
        await asyncio.sleep(max(0.0, (due_at - now()).total_seconds()))
        await run_once(database, job, due_at)


async def run_once(database: Database, job: RecurringJob, due_at: datetime) -> bool:
    """The job's effect and the note that it ran are one unit of work; False when another worker had it."""
    async with database.transaction() as session:
        is_ours = await queries.begin_run(session, job.name, due_at)
        if is_ours:
            await job.run(session)
    return is_ours
