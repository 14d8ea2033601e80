"""What an agent follows, how far they have read, and how they want to be told."""

from datetime import datetime
from enum import StrEnum

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
    """How far an agent has read a ticket: entries with a higher version are new to them (MODEL 7)."""

    __tablename__ = "reads"

    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), primary_key=True, index=True)
    version: Mapped[int]
    at: Mapped[datetime] = mapped_column(default=now)


class NoticeChoice(Base):
    """By which ways an agent wants one kind of notice; without a row the default of the kind holds."""

    __tablename__ = "notice_choices"

    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"), primary_key=True)
    kind: Mapped[NoticeKind] = mapped_column(primary_key=True)
    in_desk: Mapped[bool]
    on_desktop: Mapped[bool]
    by_mail: Mapped[bool]


class Pace(StrEnum):
    """How often notices are mailed."""

    NEVER = "never"
    HOURLY = "hourly"
    DAILY = "daily"


class NoticePreference(Base):
    """What an agent chose for all kinds of notices. `mailed_until` is the time up to which mails were put together."""

    __tablename__ = "notice_preferences"

    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"), primary_key=True)
    pace: Mapped[Pace] = mapped_column(default=Pace.NEVER)
    shows_text: Mapped[bool] = mapped_column(default=False)
    """Whether a notice on the desktop says more of a ticket than its subject."""

    mailed_until: Mapped[datetime] = mapped_column(default=now)
