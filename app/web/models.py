from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Base
from app.core.clock import now


class IdempotencyKey(Base):
    """That a request with this key was answered, and how (MODEL 6). Only answers of 2xx stay."""

    __tablename__ = "idempotency_keys"

    key_hash: Mapped[str] = mapped_column(primary_key=True)
    body_hash: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)
    status: Mapped[int | None]
    answer: Mapped[Any | None] = mapped_column(JSON)
