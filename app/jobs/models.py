from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Base
from app.core.clock import now


class ScheduleRun(Base):
    """That a recurring job was begun for one due time; the key makes it once among all workers."""

    __tablename__ = "schedule_runs"

    job: Mapped[str] = mapped_column(primary_key=True)
    due_at: Mapped[datetime] = mapped_column(primary_key=True)
    begun_at: Mapped[datetime] = mapped_column(default=now)
