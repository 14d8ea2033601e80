"""Holds a lease while a piece of work runs, and ends the work when the lease is lost."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

from app.core import leases
from app.core.database import Database

RENEWALS_PER_LEASE = 3


async def run_alone(
    database: Database, name: str, *, holder: str, duration: timedelta, work: Callable[[], Awaitable[None]]
) -> bool:
    """Run `work` if nobody else does; False when somebody does, True when it ran."""
    async with database.transaction() as session:
        token = await leases.acquire(session, name, holder=holder, duration=duration)
    if token is None:
        return False
    try:
        await _work_while_held(database, name, token=token, duration=duration, work=work)
    finally:
        await asyncio.shield(_release(database, name, token))
    return True


async def _work_while_held(
    database: Database, name: str, *, token: str, duration: timedelta, work: Callable[[], Awaitable[None]]
) -> None:
    tasks = (
        asyncio.ensure_future(work()),
        asyncio.ensure_future(_keep(database, name, token=token, duration=duration)),
    )
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
    for task in tasks:
        if not task.cancelled():
            task.result()


async def _keep(database: Database, name: str, *, token: str, duration: timedelta) -> None:
    """Returns when the lease is lost."""
    is_held = True
    while is_held:
        await asyncio.sleep(duration.total_seconds() / RENEWALS_PER_LEASE)
        async with database.transaction() as session:
            is_held = await leases.renew(session, name, token=token, duration=duration)


async def _release(database: Database, name: str, token: str) -> None:
    async with database.transaction() as session:
        await leases.release(session, name, token=token)
