"""Files of the 「対応履歴」 that somebody asked for: made beside the requests, kept for a day, for their maker only."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Record
from app.core.clock import now
from app.core.table_files import FileForm

IS_UNDER_WAY = text("state IN ('waiting', 'running')")


class ExportState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    OVER = "over"
    """It was kept for a day."""


class HistoryExport(Record):
    """`claim_token` fences the worker that makes it; one that was lost is begun anew by another.

    `lost_count` characters could not be written, `lost_characters` names some; `cut_count` cells were too long.
    """

    __tablename__ = "history_exports"
    constraints = (
        Index("ix_history_exports_under_way", "id", sqlite_where=IS_UNDER_WAY, postgresql_where=IS_UNDER_WAY),
        Index("ix_history_exports_agent_id_id", "agent_id", "id"),
    )

    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    form: Mapped[FileForm]
    conditions: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[ExportState] = mapped_column(default=ExportState.WAITING)
    total: Mapped[int | None]
    done_count: Mapped[int] = mapped_column(default=0)
    lost_count: Mapped[int] = mapped_column(default=0)
    lost_characters: Mapped[str] = mapped_column(default="")
    cut_count: Mapped[int] = mapped_column(default=0)
    sha256: Mapped[str | None] = mapped_column(ForeignKey("blobs.sha256"), index=True)
    size: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=now)
    finished_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    claim_token: Mapped[str | None]
    claim_expires: Mapped[float | None]
    claim_boot_id: Mapped[str | None]

    @property
    def is_under_way(self) -> bool:
        return self.state in (ExportState.WAITING, ExportState.RUNNING)

    @property
    def percent(self) -> int:
        return min(100, self.done_count * 100 // self.total) if self.total else 0
