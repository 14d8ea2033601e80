from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.tickets.history_models import EventKind, TicketEvent
from app.tickets.message_models import Attachment, Message, MessageKind


async def has_events(
    session: AsyncSession, ticket_id: int, kinds: Sequence[EventKind], *, since: datetime | None
) -> bool:
    """Whether something of these kinds was recorded later. Only a courtesy rests on it, so a clock may decide."""
    statement = select(TicketEvent.id).where(TicketEvent.ticket_id == ticket_id, TicketEvent.kind.in_(kinds))
    if since is not None:
        statement = statement.where(TicketEvent.recorded_at > since)
    return await session.scalar(statement.limit(1)) is not None


async def find_answered(session: AsyncSession, ticket_id: int) -> Message | None:
    """The customer's newest words; what a machine sent only when there is nothing else."""
    statement = select(Message).where(Message.ticket_id == ticket_id, Message.kind == MessageKind.INBOUND)
    newest_first = statement.order_by(Message.is_automatic, Message.ticket_version.desc())
    return await session.scalar(newest_first.limit(1))


async def free_uploads(session: AsyncSession, message_id: int) -> None:
    """The files of a message that never left are uploads again."""
    await session.execute(update(Attachment).where(Attachment.message_id == message_id).values(message_id=None))
