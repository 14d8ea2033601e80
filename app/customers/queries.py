import hashlib
from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from app.core.database import insert_into
from app.core.errors import NotFound
from app.customers.models import Customer, Identity


def hash_address(kind: str, scope: str, address_key: str) -> str:
    return hashlib.sha256(f"{kind}\0{scope}\0{address_key}".encode("utf-8", "replace")).hexdigest()


async def find_identity(session: AsyncSession, key_hash: str) -> Identity | None:
    statement = select(Identity).where(Identity.address_key_hash == key_hash).options(joinedload(Identity.customer))
    return await session.scalar(statement)


async def add_identity(session: AsyncSession, **values: object) -> int | None:
    """None when somebody else made it at the same moment."""
    statement = insert_into(session, Identity).values(**values)
    made: int | None = await session.scalar(statement.on_conflict_do_nothing().returning(Identity.id))
    return made


async def delete_customer(session: AsyncSession, customer_id: int) -> None:
    await session.execute(delete(Customer).where(Customer.id == customer_id))


async def get_customer(session: AsyncSession, customer_id: int) -> Customer:
    customer = await session.get(Customer, customer_id)
    if customer is None:
        raise NotFound(customer_id=customer_id)
    return customer


async def list_identities(session: AsyncSession, customer_id: int) -> Sequence[Identity]:
    statement = select(Identity).where(Identity.customer_id == customer_id).order_by(Identity.id)
    return (await session.scalars(statement)).all()
