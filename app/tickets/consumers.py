"""Readers of the log of events (MODEL 4): each event has its effect once, and nothing is stepped over.

The effect and the reader's position are written in one unit of work, which is fenced by the reader's token: whoever
takes the lease changes it, and a former holder's unit of work comes to nothing.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from secrets import token_hex

from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from app.core import leases
from app.core.database import Database
from app.core.errors import DiskFull
from app.core.log import get_logger
from app.core.wakeups import EVENTS, Waiter
from app.tickets import consumer_queries, history_queries
from app.tickets.history_models import TicketEvent

BATCH = 100
MAX_FAILURES = 5
LEASE = timedelta(seconds=10)
"""How long the log waits for another reader when a process is killed."""
RENEW_SECONDS = LEASE.total_seconds() / 3
REST_PER_WORK = 2.0
SHORTEST_REST_SECONDS, LONGEST_REST_SECONDS = 0.1, 0.5
PATIENCE_SECONDS = 5.0

Handle = Callable[[AsyncSession, TicketEvent], Awaitable[None]]
Prepare = Callable[[AsyncSession, Sequence[TicketEvent]], Awaitable[None]]

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Consumer:
    """A reader by name. `handle` gives one event its effect, in the unit of work that moves the position."""

    name: str
    handle: Handle
    prepare: Prepare | None = None
    """Sees a batch before its first event is handled: to hold the tickets that will change, in order."""

    @property
    def lease_name(self) -> str:
        return f"consumer {self.name}"


class LostLease(Exception):
    """Another process reads on; what was done here is taken back."""


class Failed(Exception):
    """One event could not be handled; its unit of work is taken back."""

    def __init__(self, event: TicketEvent, error: Exception, *, done_before: int) -> None:
        super().__init__(f"event {event.id}: {error}")
        self.event_id = event.id
        self.done_before = done_before


class LogReader:
    """A reader in this process. What it has taken it keeps, so that a round is one unit of work.

    A round reads what came close together: after each look the reader rests, and longer where all is slow, so
    that readers, those above all who find another at work, leave most of the machine to people.
    """

    def __init__(self, database: Database, consumer: Consumer, waiter: Waiter) -> None:
        self._database = database
        self._consumer = consumer
        self._waiter = waiter
        self._token: str | None = None
        self._renew_at = 0.0
        self._rest = 0.0

    async def catch_up(self) -> int:
        """Read to the end of the log, unless another process does; returns how many events had their effect."""
        began = time.monotonic()
        count = await self._read_on() if await self._is_needed() else 0
        took = time.monotonic() - began
        self._rest = min(max(took * REST_PER_WORK, SHORTEST_REST_SECONDS), LONGEST_REST_SECONDS)
        return count

    async def wait(self) -> None:
        """Until there may be more to read."""
        await asyncio.sleep(self._rest)
        await self._waiter.wait(PATIENCE_SECONDS)

    async def release(self) -> None:
        """Where the database is away, the lease ends by itself."""
        if self._token is None:
            return
        try:
            async with self._database.transaction() as session:
                await leases.release(session, self._consumer.lease_name, token=self._token)
        except (SQLAlchemyError, OSError, DiskFull) as error:
            log.warning("a lease could not be given back", lease=self._consumer.lease_name, reason=str(error))

    async def _is_needed(self) -> bool:
        """Asked first, since most wake-ups are another's."""
        async with self._database.reading() as session:
            return await consumer_queries.is_behind(session, self._consumer.name) and (
                self._token is not None or await leases.is_free(session, self._consumer.lease_name)
            )

    async def _take(self) -> None:
        """The lease, if nobody has it; a former holder's token is worth nothing from then on."""
        async with self._database.transaction() as session:
            name = self._consumer.lease_name
            self._token = await leases.acquire(session, name, holder=token_hex(4), duration=LEASE)
            if self._token is not None:
                await consumer_queries.fence(session, self._consumer.name, token=self._token)
        self._renew_at = time.monotonic() + RENEW_SECONDS

    async def _read_on(self) -> int:
        if self._token is None:
            await self._take()
        total = 0
        try:
            while self._token is not None:
                count = await self._read_round(self._token)
                total += count
                if count < BATCH:
                    break
        except LostLease:
            self._token = None
        return total

    async def _read_round(self, token: str, *, limit: int = BATCH) -> int:
        """What fails takes only itself back, and the reader rests until it is woken again."""
        try:
            return await self._read_batch(token, limit=limit)
        except Failed as failure:
            before = failure.done_before
            done = await self._read_round(token, limit=before) if before else 0
            if done == before:
                await self._note_failure(token, failure)
            return done

    async def _read_batch(self, token: str, *, limit: int) -> int:
        async with self._database.transaction() as session:
            position = await self._hold(session, token)
            events = await history_queries.list_events_after(session, position, limit=limit)
            if self._consumer.prepare is not None:
                await self._consumer.prepare(session, events)
            await _handle_all(session, self._consumer, events)
            if events:
                await consumer_queries.move(session, self._consumer.name, position=events[-1].id, failures=0)
            return len(events)

    async def _hold(self, session: AsyncSession, token: str) -> int:
        """The position, with the reader's row held until the end of the unit of work; raises LostLease.

        The lease's row comes first, as for who takes it: so nobody waits in a circle.
        """
        position = None
        if await self._keep(session, token):
            position = await consumer_queries.find_position(session, self._consumer.name, token=token)
        if position is None:
            raise LostLease
        return position

    async def _keep(self, session: AsyncSession, token: str) -> bool:
        if time.monotonic() < self._renew_at:
            return True
        self._renew_at = time.monotonic() + RENEW_SECONDS
        return await leases.renew(session, self._consumer.lease_name, token=token, duration=LEASE)

    async def _note_failure(self, token: str, failure: Failed) -> None:
        """After the last try the event is kept for people to see, and the log goes on."""
        name = self._consumer.name
        log.warning("an event could not be handled", consumer=name, reason=str(failure))
        async with self._database.transaction() as session:
            await self._hold(session, token)
            failures = await consumer_queries.count_failure(session, name)
            if failures >= MAX_FAILURES:
                await consumer_queries.bury(session, name, failure.event_id, error=repr(failure.__cause__))
                await consumer_queries.move(session, name, position=failure.event_id, failures=0)


@asynccontextmanager
async def log_reader(database: Database, consumer: Consumer) -> AsyncIterator[LogReader]:
    async with database.wakeups.subscribe(EVENTS) as waiter:
        reader = LogReader(database, consumer, waiter)
        try:
            yield reader
        finally:
            await asyncio.shield(reader.release())


async def _handle_all(session: AsyncSession, consumer: Consumer, events: Sequence[TicketEvent]) -> None:
    for number, event in enumerate(events):
        try:
            await consumer.handle(session, event)
            await session.flush()
        except OperationalError:
            raise
        except Exception as error:
            raise Failed(event, error, done_before=number) from error
