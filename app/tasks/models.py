"""What somebody has promised to do on a ticket, until a time: calling back (A7)."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Record
from app.core.clock import now

IS_OPEN = text("done_at IS NULL")
IS_UNTOLD = text("done_at IS NULL AND told_at IS NULL")


class TaskKind(StrEnum):
    CALLBACK = "callback"


class Task(Record):
    """Nobody's where it has no assignee. `told_at` is when the log was told that it fell due."""

    __tablename__ = "tasks"
    constraints = (
        Index("ix_tasks_open", "assignee_id", "due_at", sqlite_where=IS_OPEN, postgresql_where=IS_OPEN),
        Index("ix_tasks_untold", "due_at", sqlite_where=IS_UNTOLD, postgresql_where=IS_UNTOLD),
    )

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    kind: Mapped[TaskKind] = mapped_column(default=TaskKind.CALLBACK)
    text: Mapped[str] = mapped_column(default="")
    tel: Mapped[str] = mapped_column(default="")
    due_at: Mapped[datetime]
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    told_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))

    @property
    def is_done(self) -> bool:
        return self.done_at is not None

    def put_off(self, until: datetime) -> None:
        """It falls due anew, and that is told anew."""
        self.due_at, self.told_at = until, None

    def finish(self, at: datetime, by_id: int) -> None:
        self.done_at, self.done_by_id = at, by_id

    def reopen(self) -> None:
        self.done_at = self.done_by_id = None
