from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.bulletin.models import Policy


async def find_policy(session: AsyncSession, key: str) -> Policy | None:
    return await session.scalar(select(Policy).where(Policy.key == key))
