"""Readers of the log of events (MODEL 4): each event has its effect once, and nothing is stepped over.

The effect and the reader's position are written in one unit of work, which is fenced by the reader's token: whoever
takes the lease changes it, and a former holder's unit of work comes to nothing.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from secrets import token_hex

from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from app.core import leases
from app.core.database import Database
from app.core.log import get_logger
from app.tickets import consumer_queries, history_queries
from app.tickets.history_models import TicketEvent

BATCH = 100
MAX_FAILURES = 5
LEASE = timedelta(seconds=30)

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


async def run_once(database: Database, consumer: Consumer) -> int:
    """Read to the end of the log, unless another process does; returns how many events had their effect."""
    if not await _is_behind(database, consumer):
        return 0
    token = await _take(database, consumer)
    if token is None:
        return 0
    try:
        return await _read_on(database, consumer, token)
    except LostLease:
        return 0
    finally:
        async with database.transaction() as session:
            await leases.release(session, consumer.lease_name, token=token)


async def _is_behind(database: Database, consumer: Consumer) -> bool:
    """Asked first, since most wake-ups are another's."""
    async with database.reading() as session:
        return await consumer_queries.is_behind(session, consumer.name)


async def _take(database: Database, consumer: Consumer) -> str | None:
    async with database.transaction() as session:
        token = await leases.acquire(session, consumer.lease_name, holder=token_hex(4), duration=LEASE)
        if token is not None:
            await consumer_queries.fence(session, consumer.name, token=token)
        return token


async def _read_on(database: Database, consumer: Consumer, token: str) -> int:
    """A failing event is tried again alone, after those before it; then the reader rests until it is woken again."""
    total, limit = 0, BATCH
    while True:
        try:
            count = await _read_batch(database, consumer, token, limit=limit)
        except Failed as failure:
            if failure.done_before:
                limit = failure.done_before
                continue
            await _note_failure(database, consumer, token, failure)
            return total
        total, limit = total + count, BATCH
        if not count:
            return total


async def _read_batch(database: Database, consumer: Consumer, token: str, *, limit: int) -> int:
    async with database.transaction() as session:
        position = await _hold(session, consumer, token)
        events = await history_queries.list_events_after(session, position, limit=limit)
        if consumer.prepare is not None:
            await consumer.prepare(session, events)
        await _handle_all(session, consumer, events)
        if events:
            await consumer_queries.move(session, consumer.name, position=events[-1].id, failures=0)
        return len(events)


async def _handle_all(session: AsyncSession, consumer: Consumer, events: Sequence[TicketEvent]) -> None:
    for number, event in enumerate(events):
        try:
            await consumer.handle(session, event)
            await session.flush()
        except OperationalError:
            raise
        except Exception as error:
            raise Failed(event, error, done_before=number) from error


async def _note_failure(database: Database, consumer: Consumer, token: str, failure: Failed) -> None:
    """After the last try the event is kept for people to see, and the log goes on."""
    log.warning("an event could not be handled", consumer=consumer.name, reason=str(failure))
    async with database.transaction() as session:
        await _hold(session, consumer, token)
        failures = await consumer_queries.count_failure(session, consumer.name)
        if failures >= MAX_FAILURES:
            await consumer_queries.bury(session, consumer.name, failure.event_id, error=repr(failure.__cause__))
            await consumer_queries.move(session, consumer.name, position=failure.event_id, failures=0)


async def _hold(session: AsyncSession, consumer: Consumer, token: str) -> int:
    """The position, with the reader's row held until the end of the unit of work; raises LostLease."""
    position = await consumer_queries.find_position(session, consumer.name, token=token)
    if position is None or not await leases.renew(session, consumer.lease_name, token=token, duration=LEASE):
        raise LostLease
    return position
