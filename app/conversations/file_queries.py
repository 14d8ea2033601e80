from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.conversations.models import PendingFile


async def claim_due(session: AsyncSession, *, at: datetime, until: datetime) -> PendingFile | None:
    """The one that has waited longest, for one worker alone until that instant."""
    due = select(PendingFile.id).where(PendingFile.next_at <= at).order_by(PendingFile.next_at).limit(1)
    statement = (
        update(PendingFile)
        .where(PendingFile.id == due.with_for_update(skip_locked=True).scalar_subquery())
        .values(next_at=until, tries=PendingFile.tries + 1)
        .returning(PendingFile)
    )
    return await session.scalar(statement.execution_options(synchronize_session=False))


async def find_next_at(session: AsyncSession) -> datetime | None:
    return await session.scalar(select(func.min(PendingFile.next_at)))


async def find_file(session: AsyncSession, file_id: int) -> PendingFile | None:
    """As it is now, until the end of the unit of work."""
    statement = select(PendingFile).where(PendingFile.id == file_id).with_for_update()
    return await session.scalar(statement.execution_options(populate_existing=True))


async def forget(session: AsyncSession, file_id: int) -> None:
    await session.execute(delete(PendingFile).where(PendingFile.id == file_id))
