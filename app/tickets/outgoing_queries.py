from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.tickets.message_models import Message, MessageKind


async def find_newest(session: AsyncSession, ticket_id: int) -> Message | None:
    """What the list shows the first words of."""
    statement = select(Message).where(Message.ticket_id == ticket_id, Message.hidden_at.is_(None))
    return await session.scalar(statement.order_by(Message.ticket_version.desc()).limit(1))


async def find_last_word(session: AsyncSession, ticket_id: int) -> Message | None:
    """The newest message between the customer and us; what is scheduled was not said yet."""
    scheduled = (Message.kind == MessageKind.OUTBOUND) & Message.sent_at.is_(None)
    statement = select(Message).where(
        Message.ticket_id == ticket_id,
        Message.kind != MessageKind.NOTE,
        Message.hidden_at.is_(None),
        Message.is_automatic.is_(False),
        ~scheduled,
    )
    return await session.scalar(statement.order_by(Message.ticket_version.desc()).limit(1))


async def find_waiting_since(session: AsyncSession, reply: Message) -> datetime | None:
    """Since when the customer waited for this reply: their first message after our last one."""
    ours = select(func.max(Message.ticket_version)).where(
        Message.ticket_id == reply.ticket_id,
        Message.kind == MessageKind.OUTBOUND,
        Message.sent_at.is_not(None),
        Message.ticket_version < reply.ticket_version,
    )
    statement = select(func.min(Message.created_at)).where(
        Message.ticket_id == reply.ticket_id,
        Message.kind.in_([MessageKind.INBOUND, MessageKind.CALL]),
        Message.is_automatic.is_(False),
        Message.ticket_version < reply.ticket_version,
        Message.ticket_version > func.coalesce(ours.scalar_subquery(), 0),
    )
    return await session.scalar(statement)
