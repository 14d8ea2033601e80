"""What the desk tells itself: handover notes 「申し送り」 and announcements (B14)."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Agent
from app.core.base import Base, Record
from app.core.clock import now


class HandoverNote(Record):
    """What the next shift must know: for a team, or for everyone; about a ticket, or about none. Stays until done."""

    __tablename__ = "handover_notes"

    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"), index=True)
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    text: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime | None]
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))

    def may_be_changed_by(self, agent: Agent) -> bool:
        return may_change(self.author_id, agent)


def may_change(author_id: int, agent: Agent) -> bool:
    """A handover note is its writer's, and the leads'."""
    return author_id == agent.id or agent.role.leads


class Announcement(Record):
    """What an admin tells everybody, from one day to another."""

    __tablename__ = "announcements"

    title: Mapped[str]
    text: Mapped[str]
    is_important: Mapped[bool] = mapped_column(default=False)
    author_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    shown_from: Mapped[datetime] = mapped_column(default=now)
    shown_until: Mapped[datetime | None]
    archived_at: Mapped[datetime | None]


class AnnouncementReading(Base):
    """Who has said that they read it."""

    __tablename__ = "announcement_readings"

    announcement_id: Mapped[int] = mapped_column(ForeignKey("announcements.id"), primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(default=now)


class Policy(Record):
    """What to do in a case that must not go wrong, such as a complaint; one text per subject."""

    __tablename__ = "policies"

    key: Mapped[str] = mapped_column(unique=True)
    text: Mapped[str] = mapped_column(default="")
    changed_at: Mapped[datetime] = mapped_column(default=now)
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
