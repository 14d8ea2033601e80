"""Documents, marks, generations and shares; what lies in the index itself is each database's own."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    and_,
    bindparam,
    delete,
    false,
    func,
    insert,
    or_,
    select,
    tuple_,
    union,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.database import insert_into
from app.core.rows import fetch
from app.search.documents import GENERATIONS, IDS_OF_A_TICKET
from app.search.models import SearchDoc, SearchGeneration, SearchMark, SearchTerm
from app.tickets.history_models import Consumer, TicketEvent
from app.tickets.models import Ticket

SAMPLE_PLACES = 100
SAMPLE_RUN = 20

MARKS = select(SearchMark.ticket_id, SearchMark.event_id).order_by(SearchMark.event_id).limit(bindparam("limit"))


class Generations(NamedTuple):
    current: int
    filling: int | None

    @property
    def written(self) -> tuple[int, ...]:
        return (self.current,) if self.filling is None else (self.current, self.filling)


async def add_mark(session: AsyncSession, ticket_id: int, *, event_id: int) -> None:
    statement = insert_into(session, SearchMark).values(ticket_id=ticket_id, event_id=event_id)
    newer = {"event_id": statement.excluded.event_id}
    await session.execute(statement.on_conflict_do_update(index_elements=[SearchMark.ticket_id], set_=newer))


async def list_marks(session: AsyncSession, *, limit: int) -> dict[int, int]:
    """The tickets that wait, those that have waited longest first, with the event that each waits for."""
    return {row.ticket_id: row.event_id for row in await fetch(session, MARKS, {"limit": limit})}


async def count_missing(session: AsyncSession, reader: str, *, limit: int) -> int:
    """Tickets with words that are not in the index yet, counted up to a limit of events."""
    position = select(Consumer.position).where(Consumer.name == reader).scalar_subquery()
    unread = select(TicketEvent.ticket_id).where(TicketEvent.id > func.coalesce(position, 0)).limit(limit).subquery()
    missing = union(select(SearchMark.ticket_id), select(unread.c.ticket_id)).subquery()
    return await session.scalar(select(func.count()).select_from(missing)) or 0


async def delete_marks(session: AsyncSession, marks: Mapping[int, int]) -> None:
    """Where no newer event came meanwhile."""
    marked = tuple_(SearchMark.ticket_id, SearchMark.event_id)
    await session.execute(delete(SearchMark).where(marked.in_(list(marks.items()))))


async def mark_namesakes(session: AsyncSession, customer_id: int, generation: int, *, senders: str) -> None:
    """The tickets of a customer whose heads know other names."""
    head = SearchDoc.id == Ticket.id * IDS_OF_A_TICKET + generation % GENERATIONS
    statement = select(Ticket.id, SearchDoc.seen_event_id).join(SearchDoc, head)
    rows = await session.execute(statement.where(Ticket.customer_id == customer_id, SearchDoc.senders != senders))
    marks = [{"ticket_id": row.id, "event_id": row.seen_event_id} for row in rows]
    if marks:
        await session.execute(insert_into(session, SearchMark).on_conflict_do_nothing(), marks)


async def find_generations(session: AsyncSession) -> Generations:
    row = (await session.execute(select(SearchGeneration.current, SearchGeneration.filling))).one()
    return Generations(row.current, row.filling)


async def hold_generations(session: AsyncSession) -> Generations:
    """Held to the end of the unit of work: whoever writes to the index does so alone."""
    statement = select(SearchGeneration.current, SearchGeneration.filling).with_for_update()
    row = (await session.execute(statement)).one()
    return Generations(row.current, row.filling)


async def set_generations(session: AsyncSession, generations: Generations) -> None:
    await session.execute(update(SearchGeneration).values(**generations._asdict()))


async def list_docs(session: AsyncSession, ticket_ids: Sequence[int], generation: int) -> dict[int, Any]:
    """Rows by their id."""
    rows = await fetch(session, select(SearchDoc.__table__).where(is_doc_of(ticket_ids, generation)))
    return {row.id: row for row in rows}


def is_doc_of(ticket_ids: Iterable[int], generation: int) -> ColumnElement[bool]:
    """By ranges of ids, each of which is a stretch of the key. The last is named again, so that there are few texts."""
    firsts = [ticket_id * IDS_OF_A_TICKET for ticket_id in set(ticket_ids)]
    firsts += firsts[-1:] * ((1 << (len(firsts) - 1).bit_length()) - len(firsts))
    ranges = [SearchDoc.id.between(first, first + IDS_OF_A_TICKET - 1) for first in firsts]
    return and_(or_(false(), *ranges), SearchDoc.id % GENERATIONS == generation % GENERATIONS)


async def delete_docs(session: AsyncSession, ids: Sequence[int]) -> None:
    if ids:
        await session.execute(delete(SearchDoc).where(SearchDoc.id.in_(ids)))


async def add_docs(session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        await session.execute(insert(SearchDoc.__table__), list(rows))  # type: ignore[arg-type]


async def set_seen_event(session: AsyncSession, head_id: int, *, event_id: int) -> None:
    await session.execute(update(SearchDoc).where(SearchDoc.id == head_id).values(seen_event_id=event_id))


async def delete_some_docs(session: AsyncSession, generation: int, *, limit: int) -> int:
    """Of a whole generation; returns how many there were."""
    ids = select(SearchDoc.id).where(SearchDoc.id % GENERATIONS == generation % GENERATIONS).limit(limit)
    found = (await session.scalars(ids)).all()
    await delete_docs(session, found)
    return len(found)


async def list_sample(session: AsyncSession, generation: int) -> list[str]:
    """Texts from all over the index, oldest to newest."""
    bounds = (await session.execute(select(func.min(SearchDoc.id), func.max(SearchDoc.id)))).one()
    lowest, highest = bounds[0] or 0, bounds[1] or 0
    texts: list[str] = []
    for place in range(SAMPLE_PLACES):
        start = lowest + (highest - lowest) * place // SAMPLE_PLACES
        statement = select(SearchDoc.text).where(
            SearchDoc.id >= start, SearchDoc.id % GENERATIONS == generation % GENERATIONS
        )
        texts += (await session.scalars(statement.order_by(SearchDoc.id).limit(SAMPLE_RUN))).all()
    return texts


async def set_shares(session: AsyncSession, shares: Mapping[str, float]) -> None:
    await session.execute(delete(SearchTerm))
    rows = [{"token": token, "share": share} for token, share in shares.items()]
    if rows:
        await session.execute(insert(SearchTerm.__table__), rows)  # type: ignore[arg-type]


async def list_shares(session: AsyncSession, tokens: Sequence[str]) -> dict[str, float]:
    statement = select(SearchTerm.token, SearchTerm.share).where(SearchTerm.token.in_(tokens))
    return {row.token: row.share for row in await session.execute(statement)}
