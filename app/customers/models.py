from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.base import Record
from app.core.clock import now


class Customer(Record):
    """A person who writes or calls; the subject of the karte."""

    __tablename__ = "customers"

    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(default="", index=True)
    reading: Mapped[str] = mapped_column(default="")
    honorific: Mapped[str] = mapped_column(default="様")
    company: Mapped[str] = mapped_column(default="")
    department: Mapped[str] = mapped_column(default="")
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)


class Identity(Record):
    """One address a customer is known by on a kind of channel."""

    __tablename__ = "identities"

    kind: Mapped[str]
    scope: Mapped[str] = mapped_column(default="")
    address: Mapped[str]
    address_key_hash: Mapped[str] = mapped_column(unique=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    origin_customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    state: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=now)

    customer: Mapped[Customer] = relationship(lazy="raise", foreign_keys=[customer_id])
