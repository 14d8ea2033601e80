"""Customers as far as a viewer sees tickets of theirs; who has none that they see does not exist (G2)."""

from collections.abc import Sequence

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    bindparam,
    desc,
    func,
    literal,
    select,
    tuple_,
    union,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from app.channels.models import LINE, Channel
from app.core.cursors import Cursor
from app.core.rows import AnyRow, fetch
from app.customers.models import Customer, Identity
from app.customers.numbers import key_beginning
from app.customers.service import address_key, name_key
from app.tickets.merging_models import Merge, MergeKind
from app.tickets.models import Ticket

MOST_FOUND = 500
LAST_CHARACTER = "\U0010ffff"
ADDRESS = (
    select(Identity.address).where(Identity.customer_id == Customer.id).order_by(Identity.id).limit(1).scalar_subquery()
)

IDENTITIES = select(
    literal("identity").label("what"),
    Identity.id,
    Identity.kind,
    literal("").label("name"),
    literal(0).label("merge_id"),
).where(Identity.customer_id == bindparam("customer_id"))
JOINED = (
    select(literal("joined"), Customer.id, literal(""), Customer.name, Merge.id)
    .join(Merge, Merge.from_id == Customer.id)
    .where(
        Merge.kind == MergeKind.CUSTOMER,
        Merge.into_id == bindparam("customer_id"),
        Merge.undone_at.is_(None),
        Customer.merged_into_id == bindparam("customer_id"),
    )
)
ACCOUNTS = select(literal("account"), Channel.id, Channel.kind, literal(""), literal(0)).where(
    Channel.kind == LINE, Channel.address != "", Channel.paused_at.is_(None)
)
BESIDE = union_all(IDENTITIES, JOINED, ACCOUNTS).order_by(desc("merge_id"), "id")


async def list_customers(
    session: AsyncSession, *, audience_ids: Sequence[int], beginning: str = "", after: Cursor | None, limit: int
) -> Sequence[AnyRow]:
    """By the key of their names; perhaps only those whose name or address begins so."""
    seen = select(Ticket.id).where(Ticket.customer_id == Customer.id, *_is_seen(audience_ids))
    statement = select(Customer.id, Customer.name, Customer.name_key, Customer.created_at, ADDRESS.label("address"))
    statement = statement.where(Customer.merged_into_id.is_(None), seen.exists())
    if beginning:
        statement = statement.where(Customer.id.in_(_who_begin(beginning)))
    if after is not None:
        there = tuple_(bindparam("name_key", after.value), bindparam("after_id", after.id))
        statement = statement.where(tuple_(Customer.name_key, Customer.id) > there)
    return await fetch(session, statement.order_by(Customer.name_key, Customer.id).limit(limit))


def _who_begin(text: str) -> CompoundSelect[int]:
    """By name, reading, address or telephone in any spelling: ranges of indexes, no more of each than anybody reads."""
    who, whose, number = Customer.id.label("id"), Identity.customer_id.label("id"), key_beginning(text)
    found = [
        select(who).where(*_begins(Customer.name_key, name_key(text))),
        select(who).where(*_begins(Customer.written_key, name_key(text))),
        select(whose).where(*_begins(Identity.address, address_key(text))),
        *([select(whose).where(Identity.tel_key != "", *_begins(Identity.tel_key, number))] if number else []),
    ]
    return union(*(select(part.limit(MOST_FOUND).subquery().c.id) for part in found))


def _begins(column: InstrumentedAttribute[str], text: str) -> tuple[ColumnElement[bool], ...]:
    return column >= text, column < text + LAST_CHARACTER


async def count_tickets(session: AsyncSession, customer_id: int, *, audience_ids: Sequence[int]) -> int:
    statement = select(func.count()).where(Ticket.customer_id == customer_id, *_is_seen(audience_ids))
    return await session.scalar(statement) or 0


async def list_namesakes(
    session: AsyncSession, customer_id: int, *, audience_ids: Sequence[int], limit: int
) -> Sequence[int]:
    """Others of the same name, whom the viewer sees."""
    key = select(Customer.name_key).where(Customer.id == customer_id).scalar_subquery()
    seen = select(Ticket.id).where(Ticket.customer_id == Customer.id, *_is_seen(audience_ids))
    statement = select(Customer.id).where(
        Customer.name_key == key, Customer.id != customer_id, Customer.merged_into_id.is_(None), seen.exists()
    )
    return (await session.scalars(statement.order_by(Customer.id).limit(limit))).all()


async def find_customer_id(session: AsyncSession, number: int, *, audience_ids: Sequence[int]) -> int | None:
    """Whose ticket this is."""
    return await session.scalar(select(Ticket.customer_id).where(Ticket.id == number, *_is_seen(audience_ids)))


async def list_cards(
    session: AsyncSession, customer_ids: Sequence[int], *, audience_ids: Sequence[int]
) -> Sequence[AnyRow]:
    """What tells customers apart: their house, how many tickets the viewer sees of them, and the newest."""
    statement = (
        select(
            Customer.id,
            Customer.name,
            Customer.company,
            func.count(Ticket.id).label("ticket_count"),
            func.max(Ticket.last_activity_at).label("last_activity_at"),
        )
        .join(Ticket, Ticket.customer_id == Customer.id)
        .where(Customer.id.in_(customer_ids), *_is_seen(audience_ids))
        .group_by(Customer.id, Customer.name, Customer.company)
    )
    return (await session.execute(statement)).all()


async def list_addresses(session: AsyncSession, customer_ids: Sequence[int]) -> Sequence[AnyRow]:
    statement = select(Identity.customer_id, Identity.kind, Identity.address).where(
        Identity.customer_id.in_(customer_ids)
    )
    return (await session.execute(statement.order_by(Identity.id))).all()


async def list_beside(session: AsyncSession, customer_id: int) -> Sequence[AnyRow]:
    """By `what`: their addresses (`identity`), who was joined with them directly, the newest first (`joined`), and the
    accounts on LINE, at work, whose name there is known (`account`)."""
    return await fetch(session, BESIDE, {"customer_id": customer_id})


def _is_seen(audience_ids: Sequence[int]) -> tuple[ColumnElement[bool], ...]:
    return Ticket.audience_id.in_(audience_ids), Ticket.is_counted.is_(True)
