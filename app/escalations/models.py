"""A question about a ticket that is handed to somebody else, until a time, and what became of it (E2).

The words of question and answer stand here for the ledger and for those who see nothing but the question; on the ticket
they are notes, which never leave.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.base import Base, Record
from app.core.clock import now

LEVELS = (1, 2, 3)
IS_UNFINISHED = text("state <> 'over'")
IS_UNTOLD = text("state = 'open' AND told_at IS NULL")
IS_OF_GUEST = text("mail_message_id IS NOT NULL")


def _unfinished(name: str, column: str) -> Index:
    return Index(name, column, "due_at", sqlite_where=IS_UNFINISHED, postgresql_where=IS_UNFINISHED)


class EscalationState(StrEnum):
    OPEN = "open"
    """Whoever is asked has it."""

    RETURNED = "returned"
    """They need more; whoever asked has it."""

    OVER = "over"


class Outcome(StrEnum):
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"
    """Settled in another way."""

    TICKET_DONE = "ticket_done"
    """The ticket was done, or put into spam or the trash, before an answer came."""

    OVERTAKEN = "overtaken"
    """The question above it is over."""


class Target(StrEnum):
    AGENT = "agent"
    TEAM = "team"
    GUEST = "guest"


class TurnKind(StrEnum):
    RETURNED = "returned"
    ASKED_AGAIN = "asked_again"
    ENDED = "ended"
    """Why it was ended without an answer."""


class EscalationReason(Record):
    """Why one asks. A built-in one has its name in every language, unless somebody gave it one."""

    __tablename__ = "escalation_reasons"

    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(default="")
    position: Mapped[int] = mapped_column(default=0)
    archived_at: Mapped[datetime | None]


class Escalation(Record):
    """One step: from whom, to whom, what, and how it ended. `parent_id` is the question because of which it is asked.

    `told_at` is when the log was told that it is overdue. Of a guest's link only the hash is kept.
    """

    __tablename__ = "escalation_steps"
    constraints = (
        Index("ix_escalation_steps_asked_at_id", "asked_at", "id"),
        _unfinished("ix_escalation_steps_agent", "to_agent_id"),
        _unfinished("ix_escalation_steps_team", "to_team_id"),
        _unfinished("ix_escalation_steps_asker", "from_agent_id"),
        Index("ix_escalation_steps_untold", "due_at", sqlite_where=IS_UNTOLD, postgresql_where=IS_UNTOLD),
        Index("ix_escalation_steps_mail", "mail_message_id", sqlite_where=IS_OF_GUEST, postgresql_where=IS_OF_GUEST),
    )

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    origin_ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("escalation_steps.id"), index=True)
    level: Mapped[int]
    reason_id: Mapped[int] = mapped_column(ForeignKey("escalation_reasons.id"))
    from_agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    to_agent_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    to_team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"))
    guest_name: Mapped[str] = mapped_column(default="")
    guest_address: Mapped[str] = mapped_column(default="")
    guest_address_key: Mapped[str] = mapped_column(default="")
    guest_locale: Mapped[str] = mapped_column(default="ja")
    question: Mapped[str]
    question_message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))
    answer: Mapped[str] = mapped_column(default="")
    answer_message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))
    asked_at: Mapped[datetime] = mapped_column(default=now)
    due_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    state: Mapped[EscalationState] = mapped_column(default=EscalationState.OPEN)
    outcome: Mapped[Outcome | None]
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    """Nobody of ours where a guest answered, or the desk itself ended it."""

    returned_count: Mapped[int] = mapped_column(default=0)
    mail_message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))
    token_hash: Mapped[str | None] = mapped_column(unique=True)
    token_expires_at: Mapped[datetime | None]

    reason: Mapped[EscalationReason] = relationship(lazy="raise")

    @property
    def is_over(self) -> bool:
        return self.state is EscalationState.OVER

    @property
    def target(self) -> Target:
        if self.to_agent_id is not None:
            return Target.AGENT
        return Target.TEAM if self.to_team_id is not None else Target.GUEST

    def give_back(self) -> None:
        """To whoever asked."""
        self.state = EscalationState.RETURNED
        self.returned_count += 1

    def ask_again(self, due_at: datetime | None) -> None:
        """With another time it falls due anew, and that is told anew."""
        self.state = EscalationState.OPEN
        if due_at is not None and due_at != self.due_at:
            self.due_at, self.told_at = due_at, None

    def end(self, outcome: Outcome, at: datetime, *, by_id: int | None) -> None:
        """A guest's link leads nowhere from then on."""
        self.state, self.outcome = EscalationState.OVER, outcome
        self.ended_at, self.ended_by_id = at, by_id


class EscalationTurn(Record):
    """What was said between question and answer: back with what is missing, and asked again."""

    __tablename__ = "escalation_turns"

    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalation_steps.id"), index=True)
    kind: Mapped[TurnKind]
    text: Mapped[str]
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    at: Mapped[datetime] = mapped_column(default=now)


class EscalationFile(Base):
    """What was attached to the question: nothing else of the ticket is shown to whoever is asked."""

    __tablename__ = "escalation_files"

    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalation_steps.id"), primary_key=True)
    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachments.id"), primary_key=True, index=True)
