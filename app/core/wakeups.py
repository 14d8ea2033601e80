"""Who waits for news is woken when a unit of work that made some is committed, in whichever process."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

EVENTS = "events"
SIGNALS = "signals"
RAW = "raw"
OUTBOX = "outbox"
CHANNELS = "channels"
RIGHTS = "rights"
BULK = "bulk"
FILES = "files"
"""What a platform has for us: files, profiles."""
EXPORTS = "exports"
BRIEFINGS = "briefings"
VISITORS = "visitors"
"""What a website's visitors see of their chats."""
TOPICS = frozenset({EVENTS, SIGNALS, RAW, OUTBOX, CHANNELS, RIGHTS, BULK, FILES, EXPORTS, BRIEFINGS, VISITORS})


class Waiter:
    """Remembers a wake-up until it is waited for, so that none falls between two looks."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def wake(self) -> None:
        self._event.set()

    async def wait(self, seconds: float) -> None:
        """Return at the next wake-up, or after `seconds`."""
        try:
            async with asyncio.timeout(seconds):
                await self._event.wait()
        except TimeoutError:
            return
        finally:
            self._event.clear()


class Wakeups:
    def __init__(self) -> None:
        self._waiters: dict[Waiter, frozenset[str]] = {}

    def wake(self, topics: Iterable[str]) -> None:
        told = frozenset(topics)
        for waiter, wanted in self._waiters.items():
            if wanted & told:
                waiter.wake()

    @asynccontextmanager
    async def subscribe(self, *topics: str) -> AsyncIterator[Waiter]:
        waiter = Waiter()
        self._waiters[waiter] = frozenset(topics)
        try:
            yield waiter
        finally:
            del self._waiters[waiter]
