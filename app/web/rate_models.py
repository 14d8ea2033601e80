from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Base


class RateCount(Base):
    """How often something was done since its window began, by whoever the hash stands for."""

    __tablename__ = "rate_counts"

    key_hash: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
    ends_at: Mapped[datetime] = mapped_column(index=True)
