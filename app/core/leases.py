"""Leases: who does what only one may do. Expiry decides nothing but whether another may take it (MODEL 5)."""

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import TypeAlias, TypeVar

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from app.core.base import Base
from app.core.crypto import new_token
from app.core.database import dialect_of, insert_into
from app.core.dialect import DatabaseDialect


class Lease(Base):
    """The right to one piece of work, such as fetching one mailbox."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    token: Mapped[str]
    expires: Mapped[float]
    boot_id: Mapped[str]


ValueT = TypeVar("ValueT")
Column: TypeAlias = InstrumentedAttribute[ValueT] | InstrumentedAttribute[ValueT | None]


@dataclass(frozen=True, slots=True, eq=False)
class LeaseClock:
    """The lease time of one statement: `now` is an SQL expression in seconds, meaningless across boots."""

    now: ColumnElement[float]
    boot_id: str

    def in_(self, duration: timedelta) -> ColumnElement[float]:
        return self.now + duration.total_seconds()

    def is_over(self, expires: Column[float], boot_id: Column[str]) -> ColumnElement[bool]:
        return or_(expires <= self.now, boot_id != self.boot_id)


def lease_clock(session: AsyncSession) -> LeaseClock:
    """The same as long as the database is open, so that statements that were written with it can be kept."""
    return clock_of(dialect_of(session))


@lru_cache
def clock_of(dialect: DatabaseDialect) -> LeaseClock:
    return LeaseClock(dialect.lease_clock(), dialect.boot_id)


async def acquire(session: AsyncSession, name: str, *, holder: str, duration: timedelta) -> str | None:
    """The lease's new token, or None while another holds it. One statement decides."""
    clock = lease_clock(session)
    values = {"holder": holder, "token": new_token(), "expires": clock.in_(duration), "boot_id": clock.boot_id}
    statement = (
        insert_into(session, Lease)
        .values(name=name, **values)
        .on_conflict_do_update(
            index_elements=[Lease.name], set_=values, where=clock.is_over(Lease.expires, Lease.boot_id)
        )
        .returning(Lease.token)
    )
    token: str | None = await session.scalar(statement)
    return token


async def is_free(session: AsyncSession, name: str) -> bool:
    """Whether it is worth asking for it; who has it then says `acquire`."""
    clock = lease_clock(session)
    living = select(Lease.name).where(Lease.name == name, ~clock.is_over(Lease.expires, Lease.boot_id))
    return await session.scalar(living) is None


async def renew(session: AsyncSession, name: str, *, token: str, duration: timedelta) -> bool:
    """False when somebody else took it: whoever asked must stop."""
    clock = lease_clock(session)
    statement = (
        update(Lease)
        .where(Lease.name == name, Lease.token == token)
        .values(expires=clock.in_(duration), boot_id=clock.boot_id)
        .returning(Lease.name)
    )
    return await session.scalar(statement) is not None


async def release(session: AsyncSession, name: str, *, token: str) -> None:
    await session.execute(delete(Lease).where(Lease.name == name, Lease.token == token))
