"""The sending half of the background: claims what is due, sends a few at a time, ends cleanly."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import takewhile
from typing import Protocol

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.blobs import BlobStore
from app.core.clock import now
from app.core.database import Database
from app.core.errors import DiskFull
from app.core.log import get_logger
from app.core.wakeups import CHANNELS, OUTBOX, Waiter
from app.outbox import claim_queries, queries, service
from app.outbox.claim_queries import Claim, Due
from app.outbox.delivery import deliver
from app.outbox.models import OutboxEntry, OutboxState
from app.sending.service import Senders
from app.tickets import queries as ticket_queries
from app.tickets.history_models import SYSTEM, Actor
from app.tickets.models import Ticket

AT_ONCE = 4
AT_ONCE_PER_CHANNEL = 2
LONGEST_WAIT_SECONDS = 5.0
SHORTEST_WAIT_SECONDS = 0.01
GRACE_SECONDS = 6.0


log = get_logger(__name__)


class GiveBack(Protocol):
    """Makes a cancelled message a draft again; it stands above, so it is handed in."""

    async def __call__(self, session: AsyncSession, ticket: Ticket, entry: OutboxEntry, *, by: Actor) -> None: ...


async def run(database: Database, blobs: BlobStore, senders: Senders, give_back: GiveBack) -> None:
    """Run until cancelled. What is being sent then has a moment to end; the rest is recovered by its lease."""
    async with database.wakeups.subscribe(OUTBOX, CHANNELS) as waiter:
        desk = SendingDesk(database, blobs, senders, give_back, waiter)
        try:
            while True:
                await desk.look_around()
                await desk.start_what_is_due()
                await waiter.wait(await desk.seconds_to_wait())
        finally:
            await desk.finish()


class SendingDesk:
    def __init__(
        self, database: Database, blobs: BlobStore, senders: Senders, give_back: GiveBack, waiter: Waiter
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._senders = senders
        self._give_back = give_back
        self._waiter = waiter
        self._tasks: set[asyncio.Task[None]] = set()
        self._busy: Counter[int] = Counter()
        self._looks_at = 0.0

    async def look_around(self) -> None:
        """Now and then."""
        if asyncio.get_running_loop().time() < self._looks_at:
            return
        self._looks_at = asyncio.get_running_loop().time() + LONGEST_WAIT_SECONDS
        await self.recover_lost()
        await self.cancel_overtaken()

    async def recover_lost(self) -> None:
        """What another worker left when it died."""
        async with self._database.reading() as session:
            is_needed = await queries.list_expired(session)
        if is_needed:
            async with self._database.transaction() as session:
                await service.recover_expired(session)

    async def cancel_overtaken(self) -> None:
        """What is scheduled for later is a draft again as soon as its ticket moved on, not only when it is due."""
        async with self._database.reading() as session:
            doubtful = await queries.list_doubtful(session)
        for entry_id, ticket_id in doubtful:
            with _alone(entry_id):
                await self._cancel_if_overtaken(entry_id, ticket_id)

    async def _cancel_if_overtaken(self, entry_id: int, ticket_id: int) -> None:
        async with self._database.reading() as session:
            is_overtaken = await _is_overtaken(session, entry_id, ticket_id)
        if is_overtaken:
            async with self._database.transaction() as session:
                await cancel_if_overtaken(session, entry_id, ticket_id, give_back=self._give_back)

    async def start_what_is_due(self) -> None:
        """Without room for the result nothing leaves: it could only end as uncertain."""
        while len(self._tasks) < AT_ONCE and not self._database.room.is_short:
            claim = await self._claim()
            if claim is None:
                return
            self._start(claim)

    async def seconds_to_wait(self) -> float:
        """Until the next entry's time, or a look without reason; the end of a sending wakes earlier."""
        at = now()
        async with self._database.reading() as session:
            due_at = await claim_queries.find_next_due_at(session, after=at)
        wanted = (due_at - at).total_seconds() if due_at else LONGEST_WAIT_SECONDS
        return min(max(wanted, SHORTEST_WAIT_SECONDS), LONGEST_WAIT_SECONDS)

    async def finish(self) -> None:
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=GRACE_SECONDS)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _claim(self) -> Claim | None:
        full = [channel_id for channel_id, count in self._busy.items() if count >= AT_ONCE_PER_CHANNEL]
        async with self._database.reading() as session:
            due = await claim_queries.list_due(session, but_channels=full)
        first = list(takewhile(lambda each: each.is_deferred, due))
        return (
            await self._claim_deferred(first)
            or (await self._claim_next(full) if due else None)
            or await self._claim_deferred([each for each in due[len(first) :] if each.is_deferred])
        )

    async def _claim_deferred(self, due: Sequence[Due]) -> Claim | None:
        for entry_id, ticket_id, _ in due:
            claim = None
            with _alone(entry_id):
                async with self._database.transaction() as session:
                    claim = await claim_unless_overtaken(session, entry_id, ticket_id, give_back=self._give_back)
            if claim is not None:
                return claim
        return None

    async def _claim_next(self, full: list[int]) -> Claim | None:
        async with self._database.transaction() as session:
            return await claim_queries.claim_next(session, but_channels=full)

    def _start(self, claim: Claim) -> None:
        self._busy[claim.channel_id] += 1
        task = asyncio.create_task(deliver(self._database, self._blobs, claim, self._senders))
        self._tasks.add(task)
        task.add_done_callback(lambda done: self._end(done, claim))

    def _end(self, task: asyncio.Task[None], claim: Claim) -> None:
        self._tasks.discard(task)
        self._busy[claim.channel_id] -= 1
        self._waiter.wake()
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("an entry is left to its lease", entry=claim.entry_id, exc_info=error)


@contextmanager
def _alone(entry_id: int) -> Iterator[None]:
    """What is wrong with one entry is told, and keeps no other from leaving."""
    try:
        yield
    except (SQLAlchemyError, OSError, DiskFull):
        raise
    except Exception as error:
        log.error("a deferred message could not be looked at", entry=entry_id, exc_info=error)


async def claim_unless_overtaken(
    session: AsyncSession, entry_id: int, ticket_id: int, *, give_back: GiveBack
) -> Claim | None:
    """Held and scheduled messages leave only if nothing came meanwhile; else they are drafts again (MODEL 20)."""
    if await cancel_if_overtaken(session, entry_id, ticket_id, give_back=give_back):
        return None
    return await claim_queries.claim_deferred(session, entry_id)


async def cancel_if_overtaken(session: AsyncSession, entry_id: int, ticket_id: int, *, give_back: GiveBack) -> bool:
    ticket = await ticket_queries.find_ticket(session, ticket_id)
    entry = await queries.find_entry(session, entry_id)
    if ticket is None or entry is None or entry.ticket_id != ticket_id or entry.state is not OutboxState.QUEUED:
        return False
    if not await service.is_overtaken(session, ticket, entry):
        return False
    await service.cancel(session, ticket, entry)
    await give_back(session, ticket, entry, by=SYSTEM)
    return True


async def _is_overtaken(session: AsyncSession, entry_id: int, ticket_id: int) -> bool:
    ticket = await ticket_queries.find_ticket(session, ticket_id)
    entry = await queries.find_entry(session, entry_id)
    return ticket is not None and entry is not None and await service.is_overtaken(session, ticket, entry)
