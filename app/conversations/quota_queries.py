from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.channels.models import LINE, Channel
from app.conversations.models import Quota
from app.core.database import insert_into


async def find_quota(session: AsyncSession, channel_id: int) -> Quota | None:
    return await session.get(Quota, channel_id)


async def map_quotas(session: AsyncSession, channel_ids: Collection[int]) -> dict[int, Quota]:
    rows = await session.scalars(select(Quota).where(Quota.channel_id.in_(channel_ids)))
    return {quota.channel_id: quota for quota in rows}


async def list_due(session: AsyncSession, *, before: datetime) -> Sequence[int]:
    """Channels at work whose platform was not asked since then."""
    statement = (
        select(Channel.id)
        .outerjoin(Quota, Quota.channel_id == Channel.id)
        .where(
            Channel.kind == LINE, Channel.paused_at.is_(None), or_(Quota.asked_at.is_(None), Quota.asked_at < before)
        )
        .order_by(Channel.id)
    )
    return (await session.scalars(statement)).all()


async def claim(session: AsyncSession, channel_id: int, *, at: datetime, before: datetime) -> bool:
    """For one worker alone until it is due again."""
    await _ensure(session, channel_id)
    is_due = or_(Quota.asked_at.is_(None), Quota.asked_at < before)
    statement = update(Quota).where(Quota.channel_id == channel_id, is_due).values(asked_at=at)
    return await session.scalar(statement.returning(Quota.channel_id)) is not None


async def hold_quota(session: AsyncSession, channel_id: int) -> Quota:
    """As it is now, until the end of the unit of work."""
    statement = select(Quota).where(Quota.channel_id == channel_id).with_for_update()
    return (await session.scalars(statement.execution_options(populate_existing=True))).one()


async def note(session: AsyncSession, channel_id: int, **values: Any) -> bool:
    """Whether it was not known already."""
    await _ensure(session, channel_id)
    is_news = or_(*(getattr(Quota, name) != value for name, value in values.items()))
    statement = update(Quota).where(Quota.channel_id == channel_id, is_news).values(**values)
    return await session.scalar(statement.returning(Quota.channel_id)) is not None


async def ask_anew(session: AsyncSession, channel_id: int) -> None:
    """What was told last is no longer true."""
    await session.execute(update(Quota).where(Quota.channel_id == channel_id).values(asked_at=None))


async def count_push(session: AsyncSession, channel_id: int) -> None:
    """Until the platform tells how many it counted."""
    await session.execute(update(Quota).where(Quota.channel_id == channel_id).values(used=Quota.used + 1))


async def _ensure(session: AsyncSession, channel_id: int) -> None:
    row = {"channel_id": channel_id, "month": "", "used": 0, "warned_at": 0, "is_exhausted": False, "error": ""}
    await session.execute(insert_into(session, Quota).values(row).on_conflict_do_nothing())
