from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Base, Record
from app.core.clock import now


class Signal(Record):
    """That a lock, presence or delivery of a ticket changed: told to pages, no part of history (MODEL 4).

    Without a ticket it is what surrounds the tickets that changed: tabs, handover notes, announcements.
    """

    __tablename__ = "live_signals"

    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"))
    at: Mapped[datetime] = mapped_column(default=now, index=True)


class PresenceState(StrEnum):
    VIEWING = "viewing"
    TYPING = "typing"


class Presence(Base):
    """Who looks at a ticket or types in it; for the eyes only, over by itself when not renewed."""

    __tablename__ = "presence"
    constraints = (Index("ix_presence_expires_at", "expires_at"),)

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"), primary_key=True)
    state: Mapped[PresenceState]
    since: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
