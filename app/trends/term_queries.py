"""The words of tickets as they are read, and their terms as they are kept."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, bindparam, delete, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.database import insert_into
from app.core.inserting import insert_rows
from app.core.rows import AnyRow, fetch
from app.customers.models import Customer
from app.tickets.history_models import FactKind, ReportFact
from app.tickets.message_models import Message, MessageKind
from app.tickets.models import Ticket
from app.trends.models import Term, TermMark, TicketTerm, TrendState
from app.trends.words import MAX_CHARACTERS, Said

TICKET_IDS: BindParameter[Any] = bindparam("ticket_ids", expanding=True)
THE_STATE = 1
MARKS = select(TermMark.ticket_id, TermMark.event_id).order_by(TermMark.event_id.desc(), TermMark.ticket_id)
HEADS = (
    select(Ticket.id, func.substr(Ticket.subject, 1, MAX_CHARACTERS).label("subject"), Customer.name, Customer.reading)
    .join(Customer, Customer.id == Ticket.customer_id)
    .where(Ticket.id.in_(TICKET_IDS))
)
WORDS = (
    select(
        Message.ticket_id,
        func.substr(Message.text, 1, MAX_CHARACTERS).label("text"),
        Message.quote_start,
        Message.signature_start,
    )
    .where(
        Message.ticket_id.in_(TICKET_IDS),
        Message.kind == MessageKind.INBOUND,
        Message.hidden_at.is_(None),
        Message.is_automatic.is_(False),
    )
    .order_by(Message.ticket_id, Message.ticket_version)
)


async def find_state(session: AsyncSession) -> AnyRow | None:
    rows = await fetch(session, select(TrendState.tokenizer))
    return next(iter(rows), None)


async def hold_state(session: AsyncSession) -> AnyRow | None:
    """To the end of the unit of work: whoever writes terms does so alone."""
    rows = await fetch(session, select(TrendState.tokenizer).with_for_update())
    return next(iter(rows), None)


async def set_state(session: AsyncSession, *, tokenizer: str) -> None:
    values = {"tokenizer": tokenizer}
    statement = insert_into(session, TrendState).values(id=THE_STATE, **values)
    await session.execute(statement.on_conflict_do_update(index_elements=[TrendState.id], set_=values))


async def add_mark(session: AsyncSession, ticket_id: int, *, event_id: int) -> None:
    statement = insert_into(session, TermMark).values(ticket_id=ticket_id, event_id=event_id)
    newer = {"event_id": statement.excluded.event_id}
    await session.execute(statement.on_conflict_do_update(index_elements=[TermMark.ticket_id], set_=newer))


async def mark_tickets(session: AsyncSession, *, after: int, limit: int) -> int | None:
    """The next ones in the order of their numbers; the last of them, None when there are no more."""
    ids = (await session.scalars(select(Ticket.id).where(Ticket.id > after).order_by(Ticket.id).limit(limit))).all()
    if ids:
        rows = [{"ticket_id": each, "event_id": 0} for each in ids]
        await session.execute(insert_into(session, TermMark).on_conflict_do_nothing(), rows)
    return ids[-1] if ids else None


async def list_marks(session: AsyncSession, *, limit: int) -> dict[int, int]:
    """The event that each waits for. Those of events come before those of everything."""
    return {row.ticket_id: row.event_id for row in await fetch(session, MARKS.limit(limit))}


async def take_marks(session: AsyncSession, marks: Mapping[int, int]) -> list[int]:
    """The tickets whose marks are still these, and no longer marked: what a newer event says is read after it."""
    marked = tuple_(TermMark.ticket_id, TermMark.event_id)
    taken = delete(TermMark).where(marked.in_(list(marks.items()))).returning(TermMark.ticket_id)
    return sorted((await session.scalars(taken)).all())


async def list_said(session: AsyncSession, ticket_ids: Sequence[int]) -> list[Said]:
    """What customers wrote, without what they quote and sign; nothing of tickets that are merged away."""
    asked = {"ticket_ids": ticket_ids}
    texts: defaultdict[int, list[str]] = defaultdict(list)
    for row in await fetch(session, WORDS, asked):
        ends = (each for each in (row.quote_start, row.signature_start) if each is not None)
        texts[row.ticket_id].append(row.text[: min(ends, default=None)])
    heads = await fetch(session, HEADS, asked)
    return [Said(row.id, row.subject, tuple(texts[row.id]), (row.name, row.reading)) for row in heads]


async def list_arrivals(session: AsyncSession, ticket_ids: Collection[int]) -> Sequence[datetime]:
    is_arrival = (ReportFact.kind == FactKind.ARRIVAL, ReportFact.ticket_id.in_(ticket_ids))
    return (await session.scalars(select(ReportFact.at).where(*is_arrival).order_by(ReportFact.id))).all()


async def list_kept(session: AsyncSession, ticket_ids: Collection[int]) -> Mapping[int, set[int]]:
    """Ids of terms by ticket."""
    statement = select(TicketTerm.ticket_id, TicketTerm.term_id).where(TicketTerm.ticket_id.in_(ticket_ids))
    kept: defaultdict[int, set[int]] = defaultdict(set)
    for row in await fetch(session, statement):
        kept[row.ticket_id].add(row.term_id)
    return kept


async def add_terms(session: AsyncSession, labels: Mapping[str, str]) -> dict[str, int]:
    """The id of each key, made where it is new."""
    if not labels:
        return {}
    keys = list(labels)
    known = await _ids_of(session, keys)
    rows = [{"key": key, "label": label} for key, label in sorted(labels.items()) if key not in known]
    if rows:
        await session.execute(insert_into(session, Term).on_conflict_do_nothing(), rows)
        known |= await _ids_of(session, [row["key"] for row in rows])
    return known


async def _ids_of(session: AsyncSession, keys: Sequence[str]) -> dict[str, int]:
    return {row.key: row.id for row in await fetch(session, select(Term.key, Term.id).where(Term.key.in_(keys)))}


async def change_terms(
    session: AsyncSession, *, gone: Sequence[tuple[int, int]], new: Iterable[tuple[int, int]]
) -> None:
    """Pairs of ticket and term. A term that no ticket has any more is forgotten, its word with it."""
    if gone:
        await session.execute(delete(TicketTerm).where(tuple_(TicketTerm.ticket_id, TicketTerm.term_id).in_(gone)))
    rows = [{"ticket_id": ticket_id, "term_id": term_id} for ticket_id, term_id in new]
    await insert_rows(session, TicketTerm, rows)
    if gone:
        is_used = select(TicketTerm.ticket_id).where(TicketTerm.term_id == Term.id).exists()
        await session.execute(delete(Term).where(Term.id.in_({term_id for _, term_id in gone}), ~is_used))


async def count_tickets(session: AsyncSession) -> int:
    return await session.scalar(select(func.count()).select_from(Ticket)) or 0


async def list_labels(session: AsyncSession, term_ids: Collection[int]) -> dict[int, AnyRow]:
    """`key` and `label` by id."""
    rows = await fetch(session, select(Term.id, Term.key, Term.label).where(Term.id.in_(term_ids)))
    return {row.id: row for row in rows}


async def find_term(session: AsyncSession, term_id: int) -> Term | None:
    return await session.get(Term, term_id)
