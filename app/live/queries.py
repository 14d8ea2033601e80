from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import now
from app.live.models import Signal


async def add_signal(session: AsyncSession, ticket_id: int) -> None:
    await session.execute(insert(Signal).values(ticket_id=ticket_id, at=now()))
