from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Base, Record
from app.core.clock import now


@dataclass(frozen=True, slots=True)
class Start:
    """What beginning an answer changed on a ticket, so that it can go back if nothing comes of it (MODEL 8)."""

    before_status_id: int | None = None
    has_assigned: bool = False
    at: datetime | None = None

    @property
    def is_nothing(self) -> bool:
        return self.before_status_id is None and not self.has_assigned

    def joined_with(self, other: "Start") -> "Start":
        """Both, as one that is as recent as the more recent."""
        return Start(
            before_status_id=self.before_status_id or other.before_status_id,
            has_assigned=self.has_assigned or other.has_assigned,
            at=max((at for at in (self.at, other.at) if at), default=None),
        )


class Started:
    """Columns of a row that remembers a start: the lock's, then the draft's when the lock ended before it."""

    before_status_id: Mapped[int | None] = mapped_column(ForeignKey("statuses.id"))
    has_assigned: Mapped[bool] = mapped_column(default=False)
    started_at: Mapped[datetime | None]

    @property
    def start(self) -> Start:
        return Start(self.before_status_id, self.has_assigned, self.started_at)


class ReplyLock(Started, Base):
    """The right of one agent to answer one ticket. Who may send is decided by equality of `token` (MODEL 5).

    `ended_at` says that the expiry was noticed and told. The row stays, since an expired lock that nobody
    took still sends.
    """

    __tablename__ = "reply_locks"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    holder_id: Mapped[int] = mapped_column(ForeignKey("agents.id"), index=True)
    token: Mapped[str]
    taken_at: Mapped[datetime] = mapped_column(default=now)
    expires: Mapped[float]
    boot_id: Mapped[str]
    ended_at: Mapped[datetime | None]


@dataclass(frozen=True, slots=True)
class Holder:
    id: int
    name: str


@dataclass(frozen=True, slots=True)
class HeldLock:
    """A reply lock as it stands at one moment of the lease clock; `expires_at` is for showing only."""

    ticket_id: int
    holder: Holder
    token: str
    taken_at: datetime
    expires_at: datetime
    is_over: bool
    has_ended: bool
    start: Start

    def is_of(self, agent_id: int) -> bool:
        return self.holder.id == agent_id


@dataclass(frozen=True, slots=True)
class Loss:
    """That somebody took a lock from its holder, who is told by whom and why."""

    kind: str
    by: Holder
    at: datetime
    reason: str


class Draft(Started, Record):
    """An unfinished reply: one per agent and ticket. `body` is the body of `POST replies` without token and version."""

    __tablename__ = "drafts"
    constraints = (UniqueConstraint("agent_id", "ticket_id"),)

    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    base_version: Mapped[int]
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    saved_at: Mapped[datetime] = mapped_column(default=now)
