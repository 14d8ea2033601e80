from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship, synonym

from app.accounts.models import Agent, Team
from app.channels.models import Channel
from app.core.base import Base, Record
from app.core.clock import now
from app.customers.models import Customer


class Phase(StrEnum):
    NEW = "new"
    IN_PROGRESS = "in_progress"
    DONE = "done"


class Origin(StrEnum):
    """Where a row came from; only `live` has an effect outside (MODEL 11)."""

    LIVE = "live"
    IMPORT = "import"
    REPARSE = "reparse"
    RESTORE = "restore"


class Nature(StrEnum):
    """What sort of mail a message is, as its connector told; a call and what a person wrote are messages."""

    MESSAGE = "message"
    BOUNCE = "bounce"
    AUTO_REPLY = "auto_reply"
    LIST = "list"
    RECEIPT = "receipt"
    REPORT = "report"


class Priority(StrEnum):
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class Status(Record):
    """A status inside a phase. The three built-in ones have their phase's name as key; none is ever deleted.

    One of a team can be set on that team's tickets alone; one that holds, as 「保留」 does, asks for a reason.
    """

    __tablename__ = "statuses"

    key: Mapped[str] = mapped_column(unique=True)
    phase: Mapped[Phase]
    name: Mapped[str] = mapped_column(default="")
    position: Mapped[int] = mapped_column(default=0)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"))
    needs_reason: Mapped[bool] = mapped_column(default=False)
    archived_at: Mapped[datetime | None]

    def suits(self, team_id: int | None) -> bool:
        """Whether a ticket of this team, or of none, can have it."""
        return self.team_id is None or self.team_id == team_id


class Category(Record):
    """What an inquiry is about, up to three levels; `path` holds the ids from the top, as in `/3/17/`."""

    __tablename__ = "categories"

    parent_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"))
    level: Mapped[int] = mapped_column(default=1)
    path: Mapped[str] = mapped_column(default="", index=True)
    name: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)
    archived_at: Mapped[datetime | None]


BUILT_IN_STATUS_IDS = {Phase.NEW: 1, Phase.IN_PROGRESS: 2, Phase.DONE: 3}
"""Made by the first migration, so that nobody has to look them up."""

IS_COUNTED = text("is_counted")
IS_WAITING = text("is_counted AND phase <> 'done'")
IS_FRESH = text("is_counted AND phase = 'new' AND snoozed_until IS NULL")
IS_SPAM = text("NOT is_counted AND spam_at IS NOT NULL AND trashed_at IS NULL")
IS_TRASH = text("NOT is_counted AND trashed_at IS NOT NULL")
IS_UNCLASSIFIED = text("is_counted AND category_id IS NULL")
IS_ESCALATED = text("is_counted AND is_escalated")
IS_BOUNCED = text("is_counted AND phase <> 'done' AND bounced_at IS NOT NULL")


def _counted_index(name: str, *columns: str, where: object = IS_COUNTED) -> Index:
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)


class Ticket(Record):
    """One inquiry, from first contact to done. Its `number` is its id: unique, growing, never reused."""

    __tablename__ = "tickets"
    constraints = (
        _counted_index("ix_tickets_list", "audience_id", "phase", "last_activity_at", "id"),
        _counted_index("ix_tickets_age", "audience_id", "phase", "created_at", "id"),
        _counted_index("ix_tickets_desk", "assignee_id", "phase", "last_activity_at", "id"),
        Index("ix_tickets_customer_id_created_at", "customer_id", "created_at"),
        _counted_index("ix_tickets_due", "audience_id", "due_at", "id", where=IS_WAITING),
        _counted_index("ix_tickets_snoozed", "snoozed_until", where=IS_WAITING),
        _counted_index("ix_tickets_fresh", "audience_id", "assignee_id", "team_id", where=IS_FRESH),
        _counted_index("ix_tickets_bounced", "audience_id", "bounced_at", "id", where=IS_BOUNCED),
        _counted_index("ix_tickets_escalated", "audience_id", "last_activity_at", "id", where=IS_ESCALATED),
        _counted_index("ix_tickets_spam", "audience_id", "last_activity_at", "id", where=IS_SPAM),
        _counted_index("ix_tickets_trash", "audience_id", "last_activity_at", "id", where=IS_TRASH),
        _counted_index("ix_tickets_unclassified", "id", "audience_id", where=IS_UNCLASSIFIED),
    )

    number: Mapped[int] = synonym("id")
    subject: Mapped[str]
    audience_id: Mapped[int] = mapped_column(ForeignKey("audiences.id"))
    home_channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    origin_customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    phase: Mapped[Phase]
    status_id: Mapped[int] = mapped_column(ForeignKey("statuses.id"))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"))
    category_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"))
    priority: Mapped[Priority] = mapped_column(default=Priority.NORMAL)
    is_complaint: Mapped[bool] = mapped_column(default=False)
    hold_reason: Mapped[str] = mapped_column(default="")
    former_hold_reason: Mapped[str] = mapped_column(default="")
    """What held it until the status last changed: undoing that change gives it back."""

    is_waiting: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=now)
    stored_at: Mapped[datetime] = mapped_column(default=now)
    last_activity_at: Mapped[datetime] = mapped_column(default=now)
    last_event_at: Mapped[datetime] = mapped_column(default=now)
    first_reply_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    snoozed_until: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"))
    spam_at: Mapped[datetime | None]
    trashed_at: Mapped[datetime | None]
    is_counted: Mapped[bool] = mapped_column(default=True)
    newest_nature: Mapped[Nature] = mapped_column(default=Nature.MESSAGE)
    """Of what came in last and was not answered or done with since: a machine's mail is seen without being opened."""

    bounced_at: Mapped[datetime | None]
    """When our newest answer came back undelivered, until another one leaves or the ticket is done."""

    is_escalated: Mapped[bool] = mapped_column(default=False)
    """Somebody was asked, and has not answered yet."""

    preview: Mapped[str] = mapped_column(default="")
    has_attachment: Mapped[bool] = mapped_column(default=False)
    origin: Mapped[Origin] = mapped_column(default=Origin.LIVE)

    home_channel: Mapped[Channel] = relationship(lazy="raise")
    customer: Mapped[Customer] = relationship(lazy="raise", foreign_keys=[customer_id])
    origin_customer: Mapped[Customer] = relationship(lazy="raise", foreign_keys=[origin_customer_id])
    status: Mapped[Status] = relationship(lazy="raise")
    assignee: Mapped[Agent | None] = relationship(lazy="raise")
    team: Mapped[Team | None] = relationship(lazy="raise")
    category: Mapped[Category | None] = relationship(lazy="raise")

    @property
    def is_done(self) -> bool:
        return self.phase is Phase.DONE

    def move_to(self, status_id: int, phase: Phase, at: datetime, *, hold_reason: str = "") -> None:
        """`done_at` and the phase `done` come and go together (MODEL 9); a reason ends with the status that it held."""
        self.status_id, self.phase = status_id, phase
        self.former_hold_reason, self.hold_reason = self.hold_reason, hold_reason
        self.done_at = (self.done_at or at) if phase is Phase.DONE else None
        if phase is Phase.DONE:
            self.newest_nature, self.bounced_at = Nature.MESSAGE, None
        self.touch(at)

    def set_aside(self, *, spam_at: datetime | None, trashed_at: datetime | None) -> None:
        """The one predicate of what lists, counts and reports know of (MODEL 14)."""
        self.spam_at, self.trashed_at = spam_at, trashed_at
        self.is_counted = spam_at is None and trashed_at is None and self.merged_into_id is None

    def merge_into(self, other: "Ticket | None") -> None:
        """It keeps its number and is nowhere but there; None makes it one of its own again (MODEL 13)."""
        self.merged_into_id = other.id if other is not None else None
        self.set_aside(spam_at=self.spam_at, trashed_at=self.trashed_at)

    def assign_to(self, agent_id: int | None, at: datetime) -> None:
        self.assignee_id = agent_id
        self.touch(at)

    def hand_to(self, team_id: int | None, at: datetime) -> None:
        self.team_id = team_id
        self.touch(at)

    def touch(self, at: datetime) -> None:
        """Activity never goes backwards."""
        self.last_activity_at = max(self.last_activity_at, at)

    def next_version(self) -> int:
        self.version += 1
        return self.version


class TicketChannel(Base):
    """Where a ticket came in; any one of its channels gives sight of it."""

    __tablename__ = "ticket_channels"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"), primary_key=True, index=True)

    ticket: Mapped[Ticket] = relationship(lazy="raise")
