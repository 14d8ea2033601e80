"""What is known of similar tickets that have a category; each statement looks at the newest ones only."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, bindparam, func, select, text, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.rows import AnyRow, AnySelect, fetch
from app.tickets.models import Category, Ticket
from app.trends.models import Term, TicketTerm

NEWEST_OF_TERM = 150
NEWEST_OF_CUSTOMER = 20
NEWEST = 2_000
AT_ONCE = 60
"""Terms in one statement."""

AUDIENCES: BindParameter[Any] = bindparam("audience_ids", expanding=True)
IS_CLASSIFIED = (Ticket.is_counted.is_(True), Ticket.category_id.is_not(None), Ticket.audience_id.in_(AUDIENCES))
IS_OFFERED = Ticket.category_id.in_(select(Category.id).where(Category.archived_at.is_(None)))

USUAL = (
    select(Ticket.category_id, Ticket.home_channel_id)
    .where(*IS_CLASSIFIED, IS_OFFERED)
    .order_by(Ticket.id.desc())
    .limit(NEWEST)
)
OF_CUSTOMER = (
    select(Ticket.category_id)
    .where(Ticket.customer_id == bindparam("customer_id"), *IS_CLASSIFIED, IS_OFFERED, Ticket.id != bindparam("but"))
    .order_by(Ticket.created_at.desc(), Ticket.id.desc())
    .limit(NEWEST_OF_CUSTOMER)
)
TERMS = (
    select(TicketTerm.ticket_id, Term.id, Term.label)
    .join(Term, Term.id == TicketTerm.term_id)
    .where(TicketTerm.ticket_id.in_(bindparam("ticket_ids", expanding=True)))
    .order_by(TicketTerm.ticket_id, Term.id)
)
UNCLASSIFIED = (
    select(Ticket.id, Ticket.subject, Ticket.customer_id, Ticket.home_channel_id, Ticket.created_at, Ticket.version)
    .where(text("tickets.is_counted"), Ticket.category_id.is_(None), Ticket.audience_id.in_(AUDIENCES))
    .order_by(Ticket.id.desc())
)

Counts = Mapping[int, Counter[int]]


async def list_usual(session: AsyncSession, audience_ids: Sequence[int]) -> Sequence[AnyRow]:
    """Category and channel of the newest tickets that have a category."""
    return await fetch(session, USUAL, {"audience_ids": audience_ids})


async def list_of_customer(
    session: AsyncSession, customer_id: int, audience_ids: Sequence[int], *, but: int
) -> Counter[int]:
    values = {"customer_id": customer_id, "audience_ids": audience_ids, "but": but}
    rows = await fetch(session, OF_CUSTOMER, values)
    return Counter(row.category_id for row in rows)


async def list_terms(session: AsyncSession, ticket_ids: Collection[int]) -> Mapping[int, list[AnyRow]]:
    """`id` and `label` of the terms of each ticket."""
    terms: defaultdict[int, list[AnyRow]] = defaultdict(list)
    for row in await fetch(session, TERMS, {"ticket_ids": ticket_ids}):
        terms[row.ticket_id].append(row)
    return terms


async def count_by_term(
    session: AsyncSession, term_ids: Iterable[int], audience_ids: Sequence[int], *, but: int = 0
) -> Counts:
    """Of each term the categories of the newest tickets that have it; `but` is a ticket that is not asked."""
    counts: defaultdict[int, Counter[int]] = defaultdict(Counter)
    for some in _in_parts(sorted(set(term_ids))):
        values = {**_numbered(some), "audience_ids": audience_ids, "but": but}
        for row in await fetch(session, _counting(len(some)), values):
            counts[row.term_id][row.category_id] += row.tickets
    return counts


async def find_nearest(
    session: AsyncSession, term_ids: Sequence[int], category_id: int, audience_ids: Sequence[int], *, but: int
) -> int | None:
    """The ticket of that category that has most of these terms, the newest of several."""
    some = sorted(set(term_ids))[:AT_ONCE]
    if not some:
        return None
    values = {**_numbered(some), "audience_ids": audience_ids, "but": but, "category_id": category_id}
    rows = await fetch(session, _nearest(len(some)), values)
    return next((int(row.ticket_id) for row in rows), None)


async def list_unclassified(
    session: AsyncSession, audience_ids: Sequence[int], *, before: int | None, limit: int
) -> Sequence[AnyRow]:
    """The newest first, older than a ticket where one is named."""
    statement = UNCLASSIFIED if before is None else UNCLASSIFIED.where(Ticket.id < before)
    return await fetch(session, statement.limit(limit), {"audience_ids": audience_ids})


async def find_named(session: AsyncSession, ticket_id: int, audience_ids: Sequence[int]) -> AnyRow | None:
    """A ticket that is seen, with its `subject` and the name of its `category`."""
    named = select(Ticket.id, Ticket.subject, Category.name.label("category"))
    statement = named.outerjoin(Category, Category.id == Ticket.category_id)
    is_seen = (Ticket.id == ticket_id, Ticket.audience_id.in_(audience_ids))
    return (await session.execute(statement.where(*is_seen))).one_or_none()


async def list_free(session: AsyncSession, ticket_ids: Collection[int], audience_ids: Sequence[int]) -> set[int]:
    """Of these the ones that are seen and have no category still."""
    is_free = (Ticket.category_id.is_(None), Ticket.is_counted.is_(True), Ticket.audience_id.in_(audience_ids))
    return set((await session.scalars(select(Ticket.id).where(Ticket.id.in_(ticket_ids), *is_free))).all())


def _in_parts(term_ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(term_ids), AT_ONCE):
        yield term_ids[start : start + AT_ONCE]


def _numbered(term_ids: Iterable[int]) -> dict[str, Any]:
    return {f"term_{number}": each for number, each in enumerate(term_ids)}


def _newest(count: int) -> Any:
    """Tickets of each term, from the end of its index."""
    branches = [
        select(TicketTerm.term_id, TicketTerm.ticket_id)
        .where(TicketTerm.term_id == bindparam(f"term_{number}"))
        .order_by(TicketTerm.ticket_id.desc())
        .limit(NEWEST_OF_TERM)
        .subquery()
        for number in range(count)
    ]
    return union_all(*(select(branch) for branch in branches)).subquery()


@lru_cache(maxsize=AT_ONCE)
def _counting(count: int) -> AnySelect:
    newest = _newest(count)
    return (
        select(newest.c.term_id, Ticket.category_id, func.count().label("tickets"))
        .join(Ticket, Ticket.id == newest.c.ticket_id)
        .where(*IS_CLASSIFIED, IS_OFFERED, Ticket.id != bindparam("but"))
        .group_by(newest.c.term_id, Ticket.category_id)
    )


@lru_cache(maxsize=AT_ONCE)
def _nearest(count: int) -> AnySelect:
    newest = _newest(count)
    return (
        select(newest.c.ticket_id)
        .join(Ticket, Ticket.id == newest.c.ticket_id)
        .where(*IS_CLASSIFIED, Ticket.category_id == bindparam("category_id"), Ticket.id != bindparam("but"))
        .group_by(newest.c.ticket_id)
        .order_by(func.count().desc(), newest.c.ticket_id.desc())
        .limit(1)
    )
