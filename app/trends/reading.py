"""Keeps the terms of tickets up with the log: events mark tickets, and the words of marked tickets are read.

Words are read in one unit of work, taken apart off the event loop, and terms written in another, if nobody did so
meanwhile. What was erased, hidden or taken back has no words any more when its ticket is read again, so its terms go,
and with the last ticket that has a term the term itself.
"""

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.database import Database
from app.tickets import consumer_queries, history_queries
from app.tickets.history_models import EventKind, TicketEvent
from app.trends import term_queries, words

NAME = "trends"
"""Of the reader of the log."""
BATCH = 40
"""Tickets; of each some thousand characters are read."""
MARKED_AT_ONCE = 2_000

CHANGES_WORDS = {
    EventKind.OPENED,
    EventKind.MERGED,
    EventKind.MERGED_INTO,
    EventKind.UNMERGED,
    EventKind.SPLIT_OFF,
    EventKind.SPLIT_FROM,
    EventKind.MOVED_OUT,
    EventKind.MOVED_IN,
    EventKind.MOVED_BACK,
    EventKind.RECEIVED,
    EventKind.REREAD,
    EventKind.HAPPENED,
    EventKind.UNSENT,
}

Tell = Callable[[int, int], None]
"""How many tickets are done, and of how many."""
Terms = Mapping[int, Mapping[str, str]]


async def mark(session: AsyncSession, event: TicketEvent) -> None:
    """One event of the log."""
    if event.kind in CHANGES_WORDS:
        await term_queries.add_mark(session, event.ticket_id, event_id=event.id)


async def begin(database: Database) -> None:
    """Where nothing was read yet, or by other rules, all is marked and done little by little."""
    async with database.reading() as session:
        state = await term_queries.find_state(session)
    version = await asyncio.to_thread(words.version)
    if state is None:
        await _begin_here(database)
    if state is None or state.tokenizer != version:
        await mark_all(database)
        async with database.transaction() as session:
            await term_queries.hold_state(session)
            await term_queries.set_state(session, tokenizer=version)


async def read_marked(database: Database) -> int:
    """The words of some tickets that wait; returns how many there were."""
    async with database.reading() as session:
        marks = await term_queries.list_marks(session, limit=BATCH)
        said = await term_queries.list_said(session, list(marks)) if marks else []
    if marks:
        found = await asyncio.to_thread(words.read_all, said)
        async with database.transaction() as session:
            await term_queries.hold_state(session)
            settled = await term_queries.take_marks(session, marks)
            await _write(session, {each: found.get(each, {}) for each in settled})
    return len(marks)


async def rebuild(database: Database, tell: Tell) -> int:
    """All terms anew, while the desk goes on; returns how many tickets were read. Each keeps its terms until then."""
    version = await asyncio.to_thread(words.version)
    async with database.reading() as session:
        is_new = await term_queries.find_state(session) is None
    if is_new:
        await _begin_here(database)
    async with database.transaction() as session:
        await term_queries.set_state(session, tokenizer=version)
        total = await term_queries.count_tickets(session)
    await mark_all(database)
    done = 0
    while count := await read_marked(database):
        done = min(done + count, total)
        tell(done, total)
    return total


async def mark_all(database: Database) -> None:
    last: int | None = 0
    while last is not None:
        async with database.transaction() as session:
            last = await term_queries.mark_tickets(session, after=last, limit=MARKED_AT_ONCE)


async def _begin_here(database: Database) -> None:
    """All tickets are read anyway: their history need not be. Of two workers one says from where on it is."""
    async with database.transaction() as session:
        newest = await history_queries.last_event_id(session)
        await consumer_queries.begin_at(session, NAME, position=newest)


async def _write(session: AsyncSession, terms: Terms) -> None:
    """Only what differs; the days on which tickets that differ arrived are to be counted anew."""
    ids = await term_queries.add_terms(session, {key: label for each in terms.values() for key, label in each.items()})
    kept = await term_queries.list_kept(session, list(terms))
    true = {ticket_id: {ids[key] for key in each} for ticket_id, each in terms.items()}
    gone = [(ticket_id, each) for ticket_id in sorted(true) for each in sorted(kept[ticket_id] - true[ticket_id])]
    new = [(ticket_id, each) for ticket_id in sorted(true) for each in sorted(true[ticket_id] - kept[ticket_id])]
    if gone or new:
        await term_queries.change_terms(session, gone=gone, new=new)
        changed = {ticket_id for ticket_id, _ in (*gone, *new)}
        days = {at.astimezone(UTC).date() for at in await term_queries.list_arrivals(session, changed)}
        await history_queries.add_dirty_days(session, days, ())
