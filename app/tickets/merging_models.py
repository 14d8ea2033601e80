"""What was put together and taken apart, with the way back (MODEL 13), and what belongs together without being one."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Base, Record
from app.core.clock import now


class MergeKind(StrEnum):
    MERGE = "merge"
    SPLIT = "split"
    MOVE = "move"
    CUSTOMER = "customer"


class Merge(Record):
    """That messages of one ticket went to another: all of them, some to a new ticket, or some to one that was there.

    `from_id` and `into_id` are tickets, but for the kind `customer`, where they are customers.
    """

    __tablename__ = "merges"
    constraints = (Index("ix_merges_from_id", "from_id"), Index("ix_merges_into_id", "into_id"))

    kind: Mapped[MergeKind]
    from_id: Mapped[int]
    into_id: Mapped[int]
    last_message_id: Mapped[int]
    """Of all that there were: what came in to a merged thread later has a higher one, whatever a clock says."""

    at: Mapped[datetime] = mapped_column(default=now)
    undone_at: Mapped[datetime | None]


class MergedMessage(Base):
    """Which messages went. A message may go several times, so its origin alone does not say what one act moved."""

    __tablename__ = "merged_messages"

    merge_id: Mapped[int] = mapped_column(ForeignKey("merges.id"), primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), primary_key=True, index=True)


class TicketLink(Base):
    """Two tickets that belong together; the one with the lower number is named first."""

    __tablename__ = "ticket_links"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), primary_key=True, index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
