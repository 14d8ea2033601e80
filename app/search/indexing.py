"""Keeps the index up with the log: events mark tickets, and marked tickets are indexed, a few at a time.

What a ticket holds is read in one unit of work, folded off the event loop, and written in another; only what differs
from the stored documents is written. Of two who write the same ticket, the one who read later wins.
"""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.database import Database
from app.core.log import get_logger
from app.search import content_queries, queries
from app.search.documents import Doc, TicketDocs, doc_id, index_tokens, make_docs, number_of, ticket_of
from app.search.index import index_of
from app.tickets import consumer_queries
from app.tickets.history_models import EventKind, TicketEvent

NAME = "search"
"""Of the reader of the log."""

BATCH = 10
"""Tickets; their tokens are in memory together."""
ON_THEIR_WAY = 20
MAX_COUNTED = 10_000
MAX_TOKENS = 20_000
"""In one unit of work, so that it stays short (MODEL 2)."""

CHANGES_NO_WORDS = {
    EventKind.STATUS_CHANGED,
    EventKind.ASSIGNED,
    EventKind.TEAM_CHANGED,
    EventKind.CATEGORY_CHANGED,
    EventKind.PRIORITY_CHANGED,
    EventKind.COMPLAINT_CHANGED,
    EventKind.LOCK_TAKEN_OVER,
    EventKind.LOCK_RELEASED,
    EventKind.SENT,
    EventKind.SEND_FAILED,
    EventKind.SEND_UNCERTAIN,
    EventKind.SEND_SETTLED,
    EventKind.SEND_CANCELLED,
    EventKind.RESENT,
}

log = get_logger(__name__)

Portion = tuple[TicketDocs, Sequence[Doc], bool]
"""Some documents of a ticket, and whether they are its last."""


async def mark(session: AsyncSession, event: TicketEvent) -> None:
    """One event of the log: its ticket is to be indexed."""
    if event.kind not in CHANGES_NO_WORDS:
        await queries.add_mark(session, event.ticket_id, event_id=event.id)


async def count_missing(session: AsyncSession) -> int:
    """How many tickets a search does not find all words of yet; 0 for the few that are always on their way."""
    missing = await queries.count_missing(session, NAME, limit=MAX_COUNTED)
    return missing if missing > ON_THEIR_WAY else 0


async def index_marked(database: Database) -> int:
    """Index some tickets that wait; returns how many there were."""
    async with database.reading() as session:
        marks = await queries.list_marks(session, limit=BATCH)
    try:
        await _index(database, marks)
    except OperationalError:
        raise
    except Exception:
        await _index_each(database, marks)
    return len(marks)


async def _index(database: Database, marks: Mapping[int, int]) -> None:
    if marks:
        await write(database, await prepare(database, list(marks)))
        async with database.transaction() as session:
            await queries.delete_marks(session, marks)


async def _index_each(database: Database, marks: Mapping[int, int]) -> None:
    """One that cannot be indexed keeps no other from it: it is put with the events that were given up on."""
    for ticket_id, event_id in marks.items():
        try:
            await _index(database, {ticket_id: event_id})
        except OperationalError:
            raise
        except Exception as error:
            log.error("a ticket could not be indexed", ticket=ticket_id, exc_info=error)
            async with database.transaction() as session:
                await consumer_queries.bury(session, NAME, event_id, error=repr(error))
                await queries.delete_marks(session, {ticket_id: event_id})


async def prepare(database: Database, ticket_ids: Sequence[int]) -> list[TicketDocs]:
    async with database.reading() as session:
        contents = await content_queries.list_contents(session, ticket_ids)
    return await asyncio.to_thread(make_docs, contents)


async def write(database: Database, tickets: Iterable[TicketDocs], *, only: int | None = None) -> None:
    """Into every generation that is written, or into one."""
    for portions in _in_short_units(tickets):
        async with database.transaction() as session:
            generations = await queries.hold_generations(session)
            for generation in generations.written if only is None else (only,):
                await _write_unit(session, generation, portions)


def _in_short_units(tickets: Iterable[TicketDocs]) -> Iterator[list[Portion]]:
    unit: list[Portion] = []
    for ticket in tickets:
        for portion in _portions(ticket):
            if unit and _size(unit) + _size([portion]) > MAX_TOKENS:
                yield unit
                unit = []
            unit.append(portion)
    if unit:
        yield unit


def _portions(ticket: TicketDocs) -> Iterator[Portion]:
    """From its end, so that the head, which says what is known of the ticket, is written last."""
    docs: list[Doc] = []
    for doc in reversed(ticket.docs):
        if docs and sum(len(each.tokens) for each in docs) + len(doc.tokens) > MAX_TOKENS:
            yield ticket, docs, False
            docs = []
        docs.append(doc)
    yield ticket, docs, True


def _size(portions: Iterable[Portion]) -> int:
    return sum(len(doc.tokens) for _, docs, _ in portions for doc in docs)


async def _write_unit(session: AsyncSession, generation: int, portions: Sequence[Portion]) -> None:
    stored = await queries.list_docs(session, [ticket.ticket_id for ticket, _, _ in portions], generation)
    gone: list[Any] = []
    made: dict[int, Doc] = {}
    for ticket, docs, is_last in portions:
        head_id = doc_id(ticket.ticket_id, 0, generation)
        head = stored.get(head_id)
        if head is not None and head.seen_event_id > ticket.seen_event_id:
            continue
        wanted = {doc_id(ticket.ticket_id, doc.number, generation): doc for doc in docs}
        changed = {each: doc for each, doc in wanted.items() if each not in stored or _differs(stored[each], doc)}
        gone += [row for row_id, row in stored.items() if row_id in changed or _is_beyond(row_id, ticket)]
        made |= changed
        if is_last and head is not None:
            await _conclude(session, generation, ticket, head)
    await _remove(session, generation, gone)
    await _add(session, generation, dict(sorted(made.items())))


def _is_beyond(row_id: int, ticket: TicketDocs) -> bool:
    """Whether a document of the ticket is no longer one."""
    return ticket_of(row_id) == ticket.ticket_id and number_of(row_id) >= len(ticket.docs)


async def _conclude(session: AsyncSession, generation: int, ticket: TicketDocs, head: Any) -> None:
    """A customer who is called otherwise now is so on all of their tickets."""
    await queries.set_seen_event(session, head.id, event_id=ticket.seen_event_id)
    senders = ticket.docs[0].senders
    if head.senders != senders:
        await queries.mark_namesakes(session, ticket.customer_id, generation, senders=senders)


def _differs(row: Any, doc: Doc) -> bool:
    return any(getattr(row, name) != getattr(doc, name) for name in COMPARED)


async def _remove(session: AsyncSession, generation: int, rows: Sequence[Any]) -> None:
    if rows:
        entries = [(row.id, index_tokens(row.text, row.audience_id, row.version)) for row in rows]
        await index_of(session).remove(session, generation, entries)
        await queries.delete_docs(session, [row.id for row in rows])


async def _add(session: AsyncSession, generation: int, docs: dict[int, Doc]) -> None:
    await queries.add_docs(session, [_row(row_id, doc) for row_id, doc in docs.items()])
    await index_of(session).add(session, generation, [(row_id, doc.tokens) for row_id, doc in docs.items()])


def _row(row_id: int, doc: Doc) -> dict[str, Any]:
    values = {name: getattr(doc, name) for name in STORED}
    return {"id": row_id, **values}


COMPARED = ("message_id", "audience_id", "version", "text", "subject", "senders", "recipients")
STORED = (*COMPARED, "seen_event_id")
