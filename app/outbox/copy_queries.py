from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.database import insert_into
from app.core.rows import AnyRow
from app.outbox.models import SentCopy


async def want(session: AsyncSession, message_id: int, channel_id: int, *, at: datetime) -> None:
    row = {"message_id": message_id, "channel_id": channel_id, "next_at": at, "tries": 0, "error": ""}
    await session.execute(insert_into(session, SentCopy).values(row).on_conflict_do_nothing())


async def claim_due(session: AsyncSession, *, at: datetime, until: datetime) -> SentCopy | None:
    """The one that has waited longest, for one worker alone until that instant."""
    due = select(SentCopy.message_id).where(SentCopy.next_at <= at).order_by(SentCopy.next_at).limit(1)
    statement = (
        update(SentCopy)
        .where(SentCopy.message_id == due.with_for_update(skip_locked=True).scalar_subquery())
        .values(next_at=until, tries=SentCopy.tries + 1)
        .returning(SentCopy)
    )
    return await session.scalar(statement.execution_options(synchronize_session=False))


async def forget(session: AsyncSession, message_id: int) -> None:
    """It is there, or nobody wants it."""
    await session.execute(delete(SentCopy).where(SentCopy.message_id == message_id))


async def note_failure(session: AsyncSession, message_id: int, *, error: str, next_at: datetime) -> None:
    statement = update(SentCopy).where(SentCopy.message_id == message_id)
    await session.execute(statement.values(error=error, next_at=next_at))


async def map_failures(session: AsyncSession) -> dict[int, AnyRow]:
    """By channel: how many copies could not be kept yet, when the next is tried, and why not."""
    statement = select(
        SentCopy.channel_id,
        func.count().label("missing"),
        func.min(SentCopy.next_at).label("next_at"),
        func.max(SentCopy.error).label("error"),
    )
    rows = await session.execute(statement.where(SentCopy.error != "").group_by(SentCopy.channel_id))
    return {row.channel_id: row for row in rows}
