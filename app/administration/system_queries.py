from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.rows import AnyRow
from app.tickets.history_models import Consumer, DeadEvent, TicketEvent

MOST = 50


async def list_dead_events(session: AsyncSession) -> Sequence[AnyRow]:
    """The newest that a reader of the log gave up on, each with its ticket."""
    statement = (
        select(
            DeadEvent.id,
            DeadEvent.consumer,
            DeadEvent.event_id,
            DeadEvent.error,
            DeadEvent.at,
            TicketEvent.ticket_id,
            TicketEvent.kind,
        )
        .join(TicketEvent, TicketEvent.id == DeadEvent.event_id)
        .order_by(DeadEvent.id.desc())
        .limit(MOST)
    )
    return (await session.execute(statement)).all()


async def list_consumers(session: AsyncSession) -> Sequence[Consumer]:
    return (await session.scalars(select(Consumer).order_by(Consumer.name))).all()


async def find_newest_event(session: AsyncSession) -> int:
    return await session.scalar(select(TicketEvent.id).order_by(TicketEvent.id.desc()).limit(1)) or 0
