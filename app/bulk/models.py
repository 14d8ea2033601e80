"""One act over many tickets, in small units of work, with what could not be done and the way back (B14)."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Base, Record
from app.core.clock import now


class BulkRun(Record):
    """What an agent wants done with many tickets. One that undoes another has no `changes` of its own."""

    __tablename__ = "bulk_runs"

    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"), index=True)
    changes: Mapped[dict[str, Any]] = mapped_column(JSON)
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("bulk_runs.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    finished_at: Mapped[datetime | None]


class BulkState(StrEnum):
    WAITING = "waiting"
    DONE = "done"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


class BulkItem(Base):
    """One ticket of a run, `seen_version` being what the agent had before their eyes.

    What was done are the first events of these `kinds` after `after_event_id`: that is how it is taken back.
    """

    __tablename__ = "bulk_items"
    constraints = (Index("ix_bulk_items_run_id_state", "run_id", "state"),)

    run_id: Mapped[int] = mapped_column(ForeignKey("bulk_runs.id"), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), primary_key=True, index=True)
    state: Mapped[BulkState] = mapped_column(default=BulkState.WAITING)
    code: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    seen_version: Mapped[int | None]
    kinds: Mapped[list[str]] = mapped_column(JSON, default=list)
    after_event_id: Mapped[int] = mapped_column(default=0)
