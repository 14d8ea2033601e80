from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.base import Record
from app.core.clock import now


class Customer(Record):
    """A person who writes or calls; the subject of the karte."""

    __tablename__ = "customers"
    constraints = (
        Index(
            "ix_customers_merged_into_id",
            "merged_into_id",
            sqlite_where=text("merged_into_id IS NOT NULL"),
            postgresql_where=text("merged_into_id IS NOT NULL"),
        ),
    )

    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(default="", index=True)
    """Of the reading, else of the name: what lists are sorted by."""

    written_key: Mapped[str] = mapped_column(default="", index=True)
    """Of the name as it is written, so that it is found by its characters where it has a reading too."""

    reading: Mapped[str] = mapped_column(default="")
    honorific: Mapped[str] = mapped_column(default="様")
    company: Mapped[str] = mapped_column(default="")
    department: Mapped[str] = mapped_column(default="")
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)


class Identity(Record):
    """One address a customer is known by on a kind of channel."""

    __tablename__ = "identities"
    constraints = (
        Index(
            "ix_identities_tel_key",
            "tel_key",
            sqlite_where=text("tel_key <> ''"),
            postgresql_where=text("tel_key <> ''"),
        ),
    )

    kind: Mapped[str]
    scope: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(index=True)
    address_key_hash: Mapped[str] = mapped_column(unique=True)
    tel_key: Mapped[str] = mapped_column(default="")
    """Of a telephone: its number as `numbers.tel_key` makes it, so that it is found by how it begins."""
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    origin_customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    state: Mapped[str] = mapped_column(default="")
    shows_images: Mapped[bool] = mapped_column(default=False)
    """Images that lie elsewhere are fetched for every mail of this sender."""
    created_at: Mapped[datetime] = mapped_column(default=now)

    customer: Mapped[Customer] = relationship(lazy="raise", foreign_keys=[customer_id])
