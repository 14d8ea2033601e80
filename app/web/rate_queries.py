from datetime import datetime, timedelta

from sqlalchemy import case, delete
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.database import insert_into
from app.core.rows import AnyRow
from app.web.rate_models import RateCount


async def count_one(session: AsyncSession, key_hash: str, *, at: datetime, window: timedelta) -> AnyRow:
    """One more, in one statement, so that no two processes count the same one. A window that is over begins anew."""
    statement = insert_into(session, RateCount).values(key_hash=key_hash, count=1, ends_at=at + window)
    is_over = RateCount.ends_at <= at
    counted = statement.on_conflict_do_update(
        index_elements=[RateCount.key_hash],
        set_={
            "count": case((is_over, 1), else_=RateCount.count + 1),
            "ends_at": case((is_over, statement.excluded.ends_at), else_=RateCount.ends_at),
        },
    )
    return (await session.execute(counted.returning(RateCount.count.label("times"), RateCount.ends_at))).one()


async def forget(session: AsyncSession, *, before: datetime) -> None:
    await session.execute(delete(RateCount).where(RateCount.ends_at < before))
