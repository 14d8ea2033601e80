"""A folder's older mail on its way in, as history (MODEL 11)."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import Date, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Record
from app.core.clock import now


class BackfillState(StrEnum):
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"


IS_OPEN = (BackfillState.RUNNING, BackfillState.PAUSED)


class Backfill(Record):
    """What came into a folder from `since` up to the day before `before`; all of it up to `uid` is stored here.

    `total` is what the server found, `taken` what of it was asked for by now. `error` are the words of the last
    attempt, which is made again.
    """

    __tablename__ = "backfills"

    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"), index=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    folder: Mapped[str]
    since: Mapped[date] = mapped_column(Date)
    before: Mapped[date | None] = mapped_column(Date)
    state: Mapped[BackfillState] = mapped_column(default=BackfillState.RUNNING)
    uidvalidity: Mapped[int | None]
    uid: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    taken: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    finished_at: Mapped[datetime | None]

    @property
    def is_open(self) -> bool:
        return self.state in IS_OPEN

    @property
    def last_day(self) -> date | None:
        return self.before - timedelta(days=1) if self.before else None

    @property
    def share(self) -> int:
        """In percent."""
        return min(100, self.taken * 100 // self.total) if self.total else 0
