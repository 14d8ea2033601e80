"""Until when a customer is to hear from us, and until when it is to be done (D3)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Record
from app.core.clock import now
from app.tickets.models import Priority

IS_LIVE = text("removed_at IS NULL")
IS_OPEN = text("ended_at IS NULL")
HOUR = 3600
WARN_SHARE = 75


class DeadlineKind(StrEnum):
    FIRST_REPLY = "first_reply"
    NEXT_REPLY = "next_reply"
    RESOLUTION = "resolution"


class Step(StrEnum):
    """What is told of a deadline, in this order."""

    WARNED = "warned"
    MISSED = "missed"
    RAISED = "raised"


@dataclass(frozen=True, slots=True)
class Reckoned:
    """Without `due_at` the clock stands still, with `left_seconds` to go."""

    due_at: datetime | None
    left_seconds: int | None = None
    warn_at: datetime | None = None
    raise_at: datetime | None = None


class DeadlinePolicy(Record):
    """How much time there is, for the tickets that it is about; without a time there is no deadline of that kind.

    What is changed is a row of its own, so that what was promised by the one before can still be said.
    """

    __tablename__ = "deadline_policies"

    channel_id: Mapped[int | None] = mapped_column(ForeignKey("channels.id"))
    category_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"))
    """And all below it."""
    priority: Mapped[Priority | None]
    first_reply_seconds: Mapped[int | None]
    next_reply_seconds: Mapped[int | None]
    resolution_seconds: Mapped[int | None]
    is_in_business_time: Mapped[bool] = mapped_column(default=True)
    warn_share: Mapped[int | None]
    """After how much of the time its assignee is warned, in percent; empty: never."""
    warn_seconds: Mapped[int | None]
    """How long before the deadline, in the same time; of the two what comes first."""
    raise_seconds: Mapped[int | None]
    """How long after a missed deadline the leads are told, in the same time; empty: never."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    holds_from: Mapped[datetime] = mapped_column(default=now)
    """What was done before is not judged by it."""
    removed_at: Mapped[datetime | None]

    def seconds_of(self, kind: DeadlineKind) -> int | None:
        return {
            DeadlineKind.FIRST_REPLY: self.first_reply_seconds,
            DeadlineKind.NEXT_REPLY: self.next_reply_seconds,
            DeadlineKind.RESOLUTION: self.resolution_seconds,
        }[kind]


class TicketDeadline(Record):
    """One promise on one ticket, open until it was kept or nobody waits for it any more.

    While it is paused there is no `due_at`, but what is left. `next_at` is when the schedule has to look at it.
    """

    __tablename__ = "ticket_deadlines"
    constraints = (
        Index(
            "uq_ticket_deadlines_open",
            "ticket_id",
            "kind",
            unique=True,
            sqlite_where=IS_OPEN,
            postgresql_where=IS_OPEN,
        ),
        Index("ix_ticket_deadlines_ticket_id", "ticket_id"),
        Index("ix_ticket_deadlines_next", "next_at", sqlite_where=IS_OPEN, postgresql_where=IS_OPEN),
    )

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    kind: Mapped[DeadlineKind]
    policy_id: Mapped[int] = mapped_column(ForeignKey("deadline_policies.id"))
    begun_at: Mapped[datetime]
    allowed_seconds: Mapped[int]
    due_at: Mapped[datetime | None]
    left_seconds: Mapped[int | None]
    warn_at: Mapped[datetime | None]
    raise_at: Mapped[datetime | None]
    next_at: Mapped[datetime | None]
    warned_at: Mapped[datetime | None]
    missed_at: Mapped[datetime | None]
    raised_at: Mapped[datetime | None]
    """When the log was told of each; also when it was found to be so, and nobody was to be told."""
    met_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    def plan(self) -> None:
        """What is told later makes what comes before it no news."""
        if self.ended_at is not None:
            self.next_at = None
            return
        steps = [(self.raise_at, self.raised_at)]
        if self.missed_at is None:
            steps.append((self.due_at, None))
            steps.append((self.warn_at, self.warned_at))
        self.next_at = min((at for at, told_at in steps if at is not None and told_at is None), default=None)

    def move(self, reckoned: Reckoned, *, at: datetime, is_quiet: bool) -> None:
        """To the time that it has now: what was told of another one is told anew when it comes to pass again."""
        self.due_at, self.left_seconds = reckoned.due_at, reckoned.left_seconds
        self.warn_at, self.raise_at = reckoned.warn_at, reckoned.raise_at
        if self.warn_at is None or self.warn_at > at:
            self.warned_at = None
        if self.due_at is None or self.due_at > at:
            self.missed_at = self.raised_at = None
        if is_quiet:
            self.pass_steps(at)
        self.plan()

    def pass_steps(self, at: datetime) -> list[Step]:
        """Takes every step whose time has come, and returns those that are news."""
        taken: list[Step] = []
        is_late = self.due_at is not None and self.due_at <= at
        if self.warned_at is None and self.warn_at is not None and self.warn_at <= at:
            self.warned_at = at
            taken += [] if is_late else [Step.WARNED]
        if is_late and self.missed_at is None:
            self.missed_at = at
            taken.append(Step.MISSED)
        if is_late and self.raised_at is None and self.raise_at is not None and self.raise_at <= at:
            self.raised_at = at
            taken.append(Step.RAISED)
        self.plan()
        return taken
