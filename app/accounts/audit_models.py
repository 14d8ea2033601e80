from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Record
from app.core.clock import now


class AuditKind(StrEnum):
    SIGN_IN = "sign_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGN_OUT = "sign_out"
    VIEW = "view"
    SEARCH = "search"
    EXPORT = "export"
    SEND = "send"
    DELETE = "delete"
    SETTINGS = "settings"


class AuditLine(Record):
    """Who did what, from where. Append-only: the database itself refuses to change or delete a line (G4).

    `subject` names the table and `subject_id` the row that it was done to; `details` holds ids, keys and numbers,
    the words that were searched for, and the names of settings, never a secret.
    """

    __tablename__ = "audit_log"
    constraints = (
        Index("ix_audit_log_agent_id_id", "agent_id", "id"),
        Index("ix_audit_log_kind_id", "kind", "id"),
        Index("ix_audit_log_at", "at"),
    )

    at: Mapped[datetime] = mapped_column(default=now)
    kind: Mapped[AuditKind]
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    subject: Mapped[str] = mapped_column(default="")
    subject_id: Mapped[int | None]
    address: Mapped[str] = mapped_column(default="")
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
