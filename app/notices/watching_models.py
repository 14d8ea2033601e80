"""What an agent follows, how far they have read, and how they want to be told."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Base
from app.core.clock import now
from app.notices.models import NoticeKind


class Watcher(Base):
    """An agent who wants to be told of what happens on a ticket that is not theirs (B8)."""

    __tablename__ = "watchers"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"), primary_key=True, index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)


class Read(Base):
    """The newest event of a ticket that an agent has seen: what is newer is marked."""

    __tablename__ = "reads"

    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), primary_key=True, index=True)
    event_id: Mapped[int]
    at: Mapped[datetime] = mapped_column(default=now)


class NoticeChoice(Base):
    """By which ways an agent wants one kind of notice; without a row the default of the kind holds."""

    __tablename__ = "notice_choices"

    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"), primary_key=True)
    kind: Mapped[NoticeKind] = mapped_column(primary_key=True)
    in_desk: Mapped[bool]
    on_desktop: Mapped[bool]
    by_mail: Mapped[bool]
