import hashlib
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import contains_eager, joinedload

from app.core.database import insert_into
from app.core.errors import NotFound
from app.customers.models import Customer, Identity


def hash_address(kind: str, scope: str, address_key: str) -> str:
    return hashlib.sha256(f"{kind}\0{scope}\0{address_key}".encode("utf-8", "replace")).hexdigest()


async def list_by_hash(session: AsyncSession, key_hashes: Sequence[str]) -> Sequence[Identity]:
    """With their customers."""
    statement = select(Identity).where(Identity.address_key_hash.in_(key_hashes))
    return (await session.scalars(statement.options(joinedload(Identity.customer)))).all()


async def hold_by_hash(session: AsyncSession, key_hashes: Sequence[str], *, anew: bool = False) -> Sequence[Identity]:
    """With their customers, who stay who they are until the end of the unit of work; in the order of their ids."""
    statement = select(Identity).join(Identity.customer).where(Identity.address_key_hash.in_(key_hashes))
    statement = statement.options(contains_eager(Identity.customer)).order_by(Identity.customer_id)
    held = statement.with_for_update(read=True, key_share=True, of=Customer)
    return (await session.scalars(held.execution_options(populate_existing=anew))).all()


async def add_identities(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    """Where somebody else's identity of the same address came first, it stays."""
    await session.execute(insert_into(session, Identity).on_conflict_do_nothing(), list(rows))


async def get_customer(session: AsyncSession, customer_id: int) -> Customer:
    customer = await session.get(Customer, customer_id)
    if customer is None:
        raise NotFound(customer_id=customer_id)
    return customer


async def list_identities(session: AsyncSession, customer_id: int) -> Sequence[Identity]:
    statement = select(Identity).where(Identity.customer_id == customer_id).order_by(Identity.id)
    return (await session.scalars(statement)).all()
