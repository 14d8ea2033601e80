"""Sixteen writers on a few tickets, and readers of the log beside them: nothing waits in a circle, no reopening is
lost, no event is stepped over (MODEL 1, 3). SQLite's one writer hides most of it; PostgreSQL does not."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Coroutine, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent
from app.core.clock import now
from app.core.database import Database
from app.live.models import Signal
from app.live.queries import add_signal
from app.outbox import queries as outbox_queries
from app.outbox.models import OutboxState
from app.outbox.worker import claim_unless_overtaken
from app.replies import withdrawal
from app.replies.models import Draft
from app.tickets import assignment, history_queries, service
from app.tickets.closing import set_status, status_by_key
from app.tickets.consumers import Consumer
from app.tickets.history_models import Count, CountDelta, EventKind, TicketEvent
from app.tickets.message_models import Message
from app.tickets.models import Phase, Priority, Ticket
from app.tickets.queries import hold_tickets
from tests.support.builders import build_agent, build_channel, build_message, build_ticket
from tests.support.log_reading import run_once
from tests.support.replying import Desk, held, open_desk
from tests.support.sending import make_due

CLIENTS, PROCESSES, TICKETS, READERS = 16, 4, 8, 3
PAUSE_SECONDS = 0.005


@dataclass
class Ledger:
    """What the writers were told is done, by ticket and kind of event."""

    done: Counter[tuple[int, EventKind]] = field(default_factory=Counter)

    def note(self, kind: EventKind, *ticket_ids: int) -> None:
        self.done.update((ticket_id, kind) for ticket_id in ticket_ids)


@dataclass
class Writer:
    """One client. Each act is a unit of work of its own, on tickets that the others write to as well."""

    database: Database
    agent: Agent
    ticket_ids: Sequence[int]
    random: Random
    ledger: Ledger

    async def run(self, start: asyncio.Barrier, acts: int) -> None:
        await start.wait()
        for _ in range(acts):
            await self.random.choice((self._receive, self._receive, self._close, self._note, self._change_two))()

    async def _receive(self) -> None:
        ticket_id = self._any()
        async with self.database.transaction() as session:
            await build_message(session, await held(session, ticket_id), at=now())
        self.ledger.note(EventKind.RECEIVED, ticket_id)

    async def _close(self) -> None:
        async with self.database.transaction() as session:
            ticket = await held(session, self._any())
            await set_status(session, ticket, await status_by_key(session, "done"))

    async def _note(self) -> None:
        ticket_id = self._any()
        async with self.database.transaction() as session:
            await service.add_note(session, await held(session, ticket_id), "メモ", by=self.agent)
        self.ledger.note(EventKind.NOTED, ticket_id)

    async def _change_two(self) -> None:
        """As merging does, whichever of the two it is asked for first."""
        both = self.random.sample(list(self.ticket_ids), 2)
        async with self.database.transaction() as session:
            await hold_tickets(session, both)
            for ticket_id in both:
                ticket = await held(session, ticket_id)
                is_high = ticket.priority is Priority.HIGH
                assignment.prioritise(session, ticket, Priority.NORMAL if is_high else Priority.HIGH)
        self.ledger.note(EventKind.PRIORITY_CHANGED, *both)

    def _any(self) -> int:
        return self.random.choice(self.ticket_ids)


@pytest.mark.parametrize("acts", [10, pytest.param(625, marks=pytest.mark.long)])
async def test_writers_and_readers_at_once_lose_and_pass_over_nothing(database: Database, acts: int) -> None:
    async with database.transaction() as session:
        channel, agent = await build_channel(session), await build_agent(session)
        tickets = [await build_ticket(session, channel=channel) for _ in range(TICKETS)]
    ticket_ids = [ticket.id for ticket in tickets]
    ledger, barrier = Ledger(), asyncio.Barrier(CLIENTS)

    async with several(database.url) as databases, reading_on(databases) as (readers, consumer):
        writers = [Writer(databases[n % PROCESSES], agent, ticket_ids, Random(n), ledger) for n in range(CLIENTS)]
        await _all_of(writer.run(barrier, acts) for writer in writers)
    await run_once(database, consumer)

    async with database.reading() as session:
        events = (await session.scalars(select(TicketEvent).order_by(TicketEvent.id))).all()
        assert readers == [[event.id for event in events]] * READERS
        assert await session.scalar(select(func.count()).select_from(Signal)) == len(events)
        await require_what_was_told(session, ledger, events)
        await require_nothing_in_a_closed_one(session, events)
        await require_right_counts(session)


async def _all_of(works: Iterable[Coroutine[None, None, None]]) -> None:
    async with asyncio.TaskGroup() as group:
        for work in works:
            group.create_task(work)


async def require_what_was_told(session: AsyncSession, ledger: Ledger, events: Sequence[TicketEvent]) -> None:
    written = Counter((event.ticket_id, event.kind) for event in events)
    for ticket in await session.scalars(select(Ticket)):
        first = 1
        expected = {kind: ledger.done[ticket.id, kind] for kind in (EventKind.NOTED, EventKind.PRIORITY_CHANGED)}
        expected[EventKind.RECEIVED] = ledger.done[ticket.id, EventKind.RECEIVED] + first
        assert {kind: written[ticket.id, kind] for kind in expected} == expected
        versions = select(Message.ticket_version).where(Message.ticket_id == ticket.id).order_by(Message.id)
        assert sorted(await session.scalars(versions)) == list(range(1, ticket.version + 1))
        assert ticket.version == expected[EventKind.RECEIVED] + expected[EventKind.NOTED]


async def require_nothing_in_a_closed_one(session: AsyncSession, events: Sequence[TicketEvent]) -> None:
    """Played back in the order of the log, a customer's message is never in a ticket that is done."""
    done_id = (await status_by_key(session, "done")).id
    is_done: dict[int, bool] = {}
    for event in events:
        if event.kind in (EventKind.STATUS_CHANGED, EventKind.REOPENED):
            before, after = event.changes["status_id"]
            assert (before == done_id) == is_done.get(event.ticket_id, False)
            is_done[event.ticket_id] = after == done_id
        assert not (event.kind is EventKind.RECEIVED and is_done.get(event.ticket_id, False))
    phases = {ticket.id: ticket.phase is Phase.DONE for ticket in await session.scalars(select(Ticket))}
    assert phases == {ticket_id: is_done.get(ticket_id, False) for ticket_id in phases}


async def require_right_counts(session: AsyncSession) -> None:
    done = await session.scalar(select(func.count()).where(Ticket.phase == Phase.DONE))
    folded = await session.scalar(select(func.coalesce(func.sum(Count.done), 0)))
    deltas = await session.scalar(select(func.coalesce(func.sum(CountDelta.delta), 0)))
    assert (folded or 0) + (deltas or 0) == done


@asynccontextmanager
async def several(url: str) -> AsyncIterator[list[Database]]:
    """As many as there would be processes."""
    databases = [Database(url) for _ in range(PROCESSES)]
    try:
        yield databases
    finally:
        for each in databases:
            await each.dispose()


@asynccontextmanager
async def reading_on(databases: Sequence[Database]) -> AsyncIterator[tuple[list[list[int]], Consumer]]:
    """Readers that read on while the block lasts, and then to the end: what each saw, and one that leaves traces."""
    seen: list[list[int]] = [[] for _ in range(READERS)]
    consumer, is_over = Consumer("races", _leave_trace), asyncio.Event()
    async with AsyncExitStack() as stack:
        group = await stack.enter_async_context(asyncio.TaskGroup())
        stack.callback(is_over.set)
        for ids, database in zip(seen, databases, strict=False):
            group.create_task(_read(database, ids, is_over))
        for database in databases[:2]:
            group.create_task(_consume(database, consumer, is_over))
        yield seen, consumer


async def _leave_trace(session: AsyncSession, event: TicketEvent) -> None:
    await add_signal(session, event.ticket_id)


async def _read(database: Database, ids: list[int], is_over: asyncio.Event) -> None:
    while True:
        was_over = is_over.is_set()
        async with database.reading() as session:
            events = await history_queries.list_events_after(session, ids[-1] if ids else 0, limit=50)
            ids += [event.id for event in events]
        if was_over and not events:
            return
        await asyncio.sleep(PAUSE_SECONDS)


async def _consume(database: Database, consumer: Consumer, is_over: asyncio.Event) -> None:
    while not is_over.is_set():
        await run_once(database, consumer)
        await asyncio.sleep(PAUSE_SECONDS)


@pytest.mark.parametrize("rounds", [8, pytest.param(500, marks=pytest.mark.long)])
async def test_a_scheduled_reply_and_a_customers_message_meet_in_one_order(database: Database, rounds: int) -> None:
    """Either it leaves before the message joined, or it is a draft again; never both, and the ticket stays open."""
    other = Database(database.url)
    for _ in range(rounds):
        desk = await open_desk(database)
        entry_id = await desk.reply(send_at=now() + timedelta(hours=1), next_status="done")
        await make_due(desk, entry_id)
        barrier = asyncio.Barrier(2)

        is_claimed, seen = await asyncio.gather(
            _claim(desk, other, entry_id, barrier), _receive_late(desk, entry_id, barrier)
        )

        entry, ticket = await desk.entry(entry_id), await desk.ticket()
        async with database.reading() as session:
            has_draft = await session.scalar(select(Draft.ticket_id).where(Draft.ticket_id == ticket.id)) is not None
        wanted = OutboxState.SENDING if is_claimed else OutboxState.CANCELLED
        assert (entry.state, has_draft) == (wanted, not is_claimed)
        assert (seen is OutboxState.SENDING) == is_claimed
        assert not ticket.is_done
    await other.dispose()


async def _claim(desk: Desk, database: Database, entry_id: int, barrier: asyncio.Barrier) -> bool:
    await barrier.wait()
    async with database.transaction() as session:
        claim = await claim_unless_overtaken(session, entry_id, desk.ticket_id, give_back=withdrawal.give_back)
    return claim is not None


async def _receive_late(desk: Desk, entry_id: int, barrier: asyncio.Barrier) -> OutboxState:
    """The state of the entry as the message found it when it held the ticket."""
    await barrier.wait()
    async with desk.database.transaction() as session:
        ticket = await held(session, desk.ticket_id)
        entry = await outbox_queries.find_entry(session, entry_id)
        assert entry is not None
        await build_message(session, ticket, at=now())
        return entry.state
