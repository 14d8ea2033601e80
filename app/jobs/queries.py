from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import now
from app.core.database import insert_into
from app.jobs.models import ScheduleRun


async def begin_run(session: AsyncSession, job: str, due_at: datetime) -> bool:
    """False when another worker began this run: one statement decides."""
    statement = insert_into(session, ScheduleRun).values(job=job, due_at=due_at, begun_at=now())
    statement = statement.on_conflict_do_update(
        index_elements=[ScheduleRun.job],
        set_={"due_at": statement.excluded.due_at, "begun_at": statement.excluded.begun_at},
        where=ScheduleRun.due_at < statement.excluded.due_at,
    )
    return await session.scalar(statement.returning(ScheduleRun.job)) is not None
