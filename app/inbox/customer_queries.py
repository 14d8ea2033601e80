"""Customers as far as a viewer sees tickets of theirs; who has none that they see does not exist (G2)."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, bindparam, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.cursors import Cursor
from app.core.rows import AnyRow, fetch
from app.customers.models import Customer, Identity
from app.tickets.models import Ticket

ADDRESS = (
    select(Identity.address).where(Identity.customer_id == Customer.id).order_by(Identity.id).limit(1).scalar_subquery()
)


async def list_customers(
    session: AsyncSession, *, audience_ids: Sequence[int], after: Cursor | None, limit: int
) -> Sequence[AnyRow]:
    """By the key of their names."""
    seen = select(Ticket.id).where(Ticket.customer_id == Customer.id, *_is_seen(audience_ids))
    statement = select(Customer.id, Customer.name, Customer.name_key, Customer.created_at, ADDRESS.label("address"))
    statement = statement.where(Customer.merged_into_id.is_(None), seen.exists())
    if after is not None:
        there = tuple_(bindparam("name_key", after.value), bindparam("after_id", after.id))
        statement = statement.where(tuple_(Customer.name_key, Customer.id) > there)
    return await fetch(session, statement.order_by(Customer.name_key, Customer.id).limit(limit))


async def count_tickets(session: AsyncSession, customer_id: int, *, audience_ids: Sequence[int]) -> int:
    statement = select(func.count()).where(Ticket.customer_id == customer_id, *_is_seen(audience_ids))
    return await session.scalar(statement) or 0


def _is_seen(audience_ids: Sequence[int]) -> tuple[ColumnElement[bool], ...]:
    return Ticket.audience_id.in_(audience_ids), Ticket.is_counted.is_(True)
