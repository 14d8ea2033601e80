from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.errors import NotFound
from app.ingest.models import RawMessage, RawState
from app.tickets.message_models import Message, MessageSource


async def find_stored(session: AsyncSession, source_hash: str) -> RawMessage | None:
    """What waits for its digest."""
    statement = select(RawMessage).where(RawMessage.source_hash == source_hash, RawMessage.state == RawState.STORED)
    return await session.scalar(statement)


async def get_number(session: AsyncSession, source_hash: str) -> int | None:
    """Of the ticket on which it is; None as long as it waits. Raises NotFound."""
    raw_id = await session.scalar(select(RawMessage.id).where(RawMessage.source_hash == source_hash))
    if raw_id is None:
        raise NotFound
    of_raw = select(Message.ticket_id).join(MessageSource, MessageSource.message_id == Message.id)
    return await session.scalar(of_raw.where(MessageSource.raw_id == raw_id))
