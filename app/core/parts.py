"""Parts of the program that run beside the requests, and go on after a fault."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

from app.core.log import get_logger

RESTART_SECONDS = 2.0
END_SECONDS = 8.0
"""Longer than a sending that is past its commit point may take to end; parts that do nothing end at once."""

Part = Callable[[], Awaitable[None]]

log = get_logger(__name__)


@asynccontextmanager
async def running(parts: Mapping[str, Part]) -> AsyncIterator[None]:
    """Run all of them as long as the block lasts."""
    tasks = [asyncio.create_task(keep_running(name, part), name=name) for name, part in parts.items()]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=END_SECONDS)


async def keep_running(name: str, part: Part) -> None:
    """A fault, such as a database that is away for a while, ends nothing for good."""
    while True:
        try:
            await part()
        except Exception as error:
            log.error("a part failed and is started again", part=name, exc_info=error)
        await asyncio.sleep(RESTART_SECONDS)
