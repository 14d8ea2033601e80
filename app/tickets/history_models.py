"""What happened: the event log, its readers, and what reports are counted from."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Self

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Agent
from app.core.base import Base, Record
from app.core.clock import now
from app.tickets.models import Origin, Phase


class EventKind(StrEnum):
    OPENED = "opened"
    RECEIVED = "received"
    REPLIED = "replied"
    FORWARDED = "forwarded"
    REREAD = "reread"
    NOTED = "noted"
    STATUS_CHANGED = "status_changed"
    REOPENED = "reopened"
    ASSIGNED = "assigned"
    TEAM_CHANGED = "team_changed"
    CATEGORY_CHANGED = "category_changed"
    PRIORITY_CHANGED = "priority_changed"
    COMPLAINT_CHANGED = "complaint_changed"
    HOLD_REASON_CHANGED = "hold_reason_changed"
    LABELS_CHANGED = "labels_changed"
    FIELD_CHANGED = "field_changed"
    SPAM_CHANGED = "spam_changed"
    TRASH_CHANGED = "trash_changed"
    CHANNEL_LINKED = "channel_linked"
    MERGED = "merged"
    MERGED_INTO = "merged_into"
    UNMERGED = "unmerged"
    SPLIT_OFF = "split_off"
    SPLIT_FROM = "split_from"
    MOVED_OUT = "moved_out"
    MOVED_IN = "moved_in"
    MOVED_BACK = "moved_back"
    LINKED = "linked"
    UNLINKED = "unlinked"
    CUSTOMERS_JOINED = "customers_joined"
    CUSTOMERS_PARTED = "customers_parted"
    LOCK_TAKEN_OVER = "lock_taken_over"
    LOCK_RELEASED = "lock_released"
    SENT = "sent"
    BOUNCED = "bounced"
    DELAYED = "delayed"
    AUTO_REPLIED = "auto_replied"
    AUTO_REPLY_WITHHELD = "auto_reply_withheld"
    TRANSCRIPT_SENT = "transcript_sent"
    SENT_ON = "sent_on"
    SEND_FAILED = "send_failed"
    SEND_UNCERTAIN = "send_uncertain"
    SEND_SETTLED = "send_settled"
    SEND_CANCELLED = "send_cancelled"
    RESENT = "resent"
    RESCHEDULED = "rescheduled"
    HAPPENED = "happened"
    UNSENT = "unsent"
    TASK_ADDED = "task_added"
    TASK_ASSIGNED = "task_assigned"
    TASK_PUT_OFF = "task_put_off"
    TASK_DUE = "task_due"
    TASK_DONE = "task_done"
    TASK_REOPENED = "task_reopened"
    DEADLINE_WARNED = "deadline_warned"
    DEADLINE_MISSED = "deadline_missed"
    DEADLINE_RAISED = "deadline_raised"
    ESCALATED = "escalated"
    ESCALATION_MAILED = "escalation_mailed"
    ESCALATION_RETURNED = "escalation_returned"
    ESCALATION_ASKED_AGAIN = "escalation_asked_again"
    ESCALATION_ANSWERED = "escalation_answered"
    ESCALATION_ENDED = "escalation_ended"
    ESCALATION_DUE = "escalation_due"


UNDOABLE = frozenset(
    {
        EventKind.STATUS_CHANGED,
        EventKind.ASSIGNED,
        EventKind.TEAM_CHANGED,
        EventKind.CATEGORY_CHANGED,
        EventKind.PRIORITY_CHANGED,
        EventKind.COMPLAINT_CHANGED,
        EventKind.LABELS_CHANGED,
        EventKind.SPAM_CHANGED,
        EventKind.TRASH_CHANGED,
    }
)
"""What can be taken back by its event; `undoing` has the verb of each."""


class ActorKind(StrEnum):
    AGENT = "agent"
    CUSTOMER = "customer"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it: an agent, a customer's identity, or the desk itself."""

    kind: ActorKind
    id: int | None = None

    @classmethod
    def agent(cls, agent: Agent) -> Self:
        return cls(ActorKind.AGENT, agent.id)

    @classmethod
    def customer(cls, identity_id: int | None) -> Self:
        return cls(ActorKind.CUSTOMER, identity_id)


SYSTEM = Actor(ActorKind.SYSTEM)


class TicketEvent(Record):
    """One line of a ticket's history. Append-only; ids are in commit order (MODEL 3).

    `changes` holds ids, keys and numbers, never text or addresses (MODEL 15). `at` is when it happened,
    never backwards within a ticket, `recorded_at` when it was written.
    """

    __tablename__ = "ticket_events"
    constraints = (Index("ix_ticket_events_ticket_id_id", "ticket_id", "id"),)

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    kind: Mapped[EventKind]
    at: Mapped[datetime]
    recorded_at: Mapped[datetime] = mapped_column(default=now)
    actor_kind: Mapped[ActorKind]
    actor_id: Mapped[int | None]
    rule_id: Mapped[int | None]
    cause_id: Mapped[int | None]
    depth: Mapped[int] = mapped_column(default=0)
    origin: Mapped[Origin] = mapped_column(default=Origin.LIVE)
    changes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class Consumer(Base):
    """A reader of the log: how far it has come. Effect and position move in one transaction (MODEL 4)."""

    __tablename__ = "consumers"

    name: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(default=0)
    token: Mapped[str] = mapped_column(default="")
    failures: Mapped[int] = mapped_column(default=0)


class DeadEvent(Record):
    """An event that a reader could not digest; shown, and stepped over."""

    __tablename__ = "dead_events"

    consumer: Mapped[str]
    event_id: Mapped[int] = mapped_column(ForeignKey("ticket_events.id"))
    error: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)


SPAN_COLUMNS = ("from_at", "to_at", "phase", "ticket_id", "status_id", "assignee_id", "team_id", "category_id")
FACT_COLUMNS = (
    "kind",
    "at",
    "ticket_id",
    "actor_id",
    "actor_team_id",
    "calendar_seconds",
    "business_seconds",
    "met_deadline",
)
"""All that a report over a year reads of a row: it is answered from the index alone."""


class TicketSpan(Record):
    """A stretch in which a ticket's state stayed the same; open while `to_at` is empty (MODEL 24)."""

    __tablename__ = "ticket_spans"
    constraints = (
        Index("ix_ticket_spans_ticket_id_from_at", "ticket_id", "from_at"),
        Index("ix_ticket_spans_from_at_to_at", *SPAN_COLUMNS),
    )

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    from_at: Mapped[datetime]
    to_at: Mapped[datetime | None]
    phase: Mapped[Phase]
    status_id: Mapped[int] = mapped_column(ForeignKey("statuses.id"))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"))
    category_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"))
    audience_id: Mapped[int] = mapped_column(ForeignKey("audiences.id"))
    is_waiting: Mapped[bool]
    """The next word is the customer's: ours was the last."""


class FactKind(StrEnum):
    ARRIVAL = "arrival"
    INBOUND = "inbound"
    FIRST_REPLY = "first_reply"
    REPLY = "reply"
    RESOLUTION = "resolution"
    REOPENING = "reopening"


class ReportFact(Record):
    """One act that reports count, with the actor and their team as they were then (MODEL 25)."""

    __tablename__ = "report_facts"
    constraints = (
        Index("ix_report_facts_kind_at", *FACT_COLUMNS),
        Index("ix_report_facts_ticket_id", "ticket_id", "kind"),
    )

    kind: Mapped[FactKind]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))
    at: Mapped[datetime]
    calendar_seconds: Mapped[int | None]
    business_seconds: Mapped[int | None]
    calendar_version: Mapped[int | None]
    met_deadline: Mapped[bool | None]
    """Whether it came in time, where it had a deadline; `app.sla` says so."""
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    actor_team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"))
    audience_id: Mapped[int] = mapped_column(ForeignKey("audiences.id"))


class DirtyDay(Record):
    """A day (of UTC) whose columns in `app.tallies` are no longer those of its facts and spans.

    Marks are only added, in the unit of work that touches the facts, so that no two verbs wait for each other; whoever
    counts a day anew deletes exactly the marks that it saw before (MODEL 26).
    """

    __tablename__ = "dirty_days"

    day: Mapped[date]


class CountDelta(Record):
    """A change of the number of done tickets of an audience, until it is folded into `counts` (MODEL 17)."""

    __tablename__ = "count_deltas"

    audience_id: Mapped[int] = mapped_column(ForeignKey("audiences.id"))
    delta: Mapped[int]


class Count(Base):
    __tablename__ = "counts"

    audience_id: Mapped[int] = mapped_column(ForeignKey("audiences.id"), primary_key=True)
    done: Mapped[int] = mapped_column(default=0)
