from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Base, Record
from app.core.clock import now


class ReplyLock(Base):
    """The right of one agent to answer one ticket. Who may send is decided by equality of `token` (MODEL 5).

    The `before_…` columns say what taking the lock changed, so that it can go back when nothing came of it.
    """

    __tablename__ = "reply_locks"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    holder_id: Mapped[int] = mapped_column(ForeignKey("agents.id"), index=True)
    token: Mapped[str]
    taken_at: Mapped[datetime] = mapped_column(default=now)
    expires: Mapped[float]
    boot_id: Mapped[str]
    before_status_id: Mapped[int | None] = mapped_column(ForeignKey("statuses.id"))
    has_assigned: Mapped[bool] = mapped_column(default=False)


class Draft(Record):
    """An unfinished reply: one per agent and ticket. `body` is the body of `POST replies` without token and version."""

    __tablename__ = "drafts"
    constraints = (UniqueConstraint("agent_id", "ticket_id"),)

    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    base_version: Mapped[int]
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    saved_at: Mapped[datetime] = mapped_column(default=now)
