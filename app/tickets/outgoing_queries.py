from datetime import datetime

from sqlalchemy import BindParameter, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.tickets.message_models import Message, MessageKind

TICKET_ID: BindParameter[int] = bindparam("ticket_id")
VERSION: BindParameter[int] = bindparam("version")
IS_FORWARDED = Message.forwards_id.is_not(None)
IS_SCHEDULED = (Message.kind == MessageKind.OUTBOUND) & Message.sent_at.is_(None)

NEWEST = (
    select(Message)
    .where(Message.ticket_id == TICKET_ID, Message.hidden_at.is_(None))
    .order_by(Message.ticket_version.desc())
    .limit(1)
)
LAST_WORD = NEWEST.where(
    Message.kind != MessageKind.NOTE, Message.is_automatic.is_(False), ~IS_SCHEDULED, ~IS_FORWARDED
)
OUR_LAST = select(func.max(Message.ticket_version)).where(
    Message.ticket_id == TICKET_ID,
    Message.kind == MessageKind.OUTBOUND,
    Message.is_automatic.is_(False),
    Message.sent_at.is_not(None),
    ~IS_FORWARDED,
    Message.ticket_version < VERSION,
)
WAITING_SINCE = select(func.min(Message.created_at)).where(
    Message.ticket_id == TICKET_ID,
    Message.kind.in_([MessageKind.INBOUND, MessageKind.CALL]),
    Message.is_automatic.is_(False),
    Message.ticket_version < VERSION,
    Message.ticket_version > func.coalesce(OUR_LAST.scalar_subquery(), 0),
)


async def find_newest(session: AsyncSession, ticket_id: int) -> Message | None:
    """What the list shows the first words of."""
    return await session.scalar(NEWEST, {"ticket_id": ticket_id})


async def find_last_word(session: AsyncSession, ticket_id: int) -> Message | None:
    """The newest message between the customer and us; what is scheduled was not said yet."""
    return await session.scalar(LAST_WORD, {"ticket_id": ticket_id})


async def find_waiting_since(session: AsyncSession, reply: Message) -> datetime | None:
    """Since when the customer waited for this reply: their first message after our last one."""
    return await session.scalar(WAITING_SINCE, {"ticket_id": reply.ticket_id, "version": reply.ticket_version})
