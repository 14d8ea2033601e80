from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Base
from app.core.clock import now


class ScheduleRun(Base):
    """The newest due time for which a recurring job was begun; moving it on is what makes a run happen once."""

    __tablename__ = "schedule_runs"

    job: Mapped[str] = mapped_column(primary_key=True)
    due_at: Mapped[datetime]
    begun_at: Mapped[datetime] = mapped_column(default=now)
