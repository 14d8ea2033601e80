"""What a visitor sees of their chat: their own words, and of ours what has left. Never a note."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent
from app.core.rows import AnyRow
from app.tickets.message_models import Attachment, Message, MessageKind
from app.tickets.models import Phase, Ticket

IS_OURS = and_(Message.kind == MessageKind.OUTBOUND, Message.sent_at.is_not(None), Message.hidden_at.is_(None))
IS_SEEN = or_(Message.kind == MessageKind.INBOUND, IS_OURS)


async def list_said(
    session: AsyncSession, conversation_id: int, *, limit: int, before: int | None = None
) -> Sequence[AnyRow]:
    """The newest first; up to a message, without it."""
    statement = (
        select(
            Message.id,
            Message.kind,
            Message.text,
            Message.extras,
            Message.created_at,
            Message.sent_at,
            Message.hidden_at,
            Message.is_automatic,
            Agent.name.label("agent_name"),
        )
        .outerjoin(Agent, Agent.id == Message.author_agent_id)
        .where(Message.conversation_id == conversation_id, IS_SEEN)
        .order_by(Message.id.desc())
        .limit(limit)
    )
    return (await session.execute(statement if before is None else statement.where(Message.id < before))).all()


async def list_files(session: AsyncSession, message_ids: Collection[int]) -> Sequence[AnyRow]:
    statement = select(
        Attachment.id, Attachment.message_id, Attachment.name, Attachment.content_type, Attachment.size
    ).where(Attachment.message_id.in_(message_ids))
    return (await session.execute(statement.order_by(Attachment.id))).all() if message_ids else []


async def map_sent(session: AsyncSession, conversation_id: int, message_ids: Collection[int]) -> dict[int, datetime]:
    """When each of these messages of ours left; of this conversation alone."""
    statement = select(Message.id, Message.sent_at).where(
        Message.id.in_(message_ids), Message.conversation_id == conversation_id, IS_OURS
    )
    rows = (await session.execute(statement)).all() if message_ids else []
    return {row.id: row.sent_at for row in rows}


async def was_answered(session: AsyncSession, conversation_id: int) -> bool:
    """By a person, in the ticket that is open now, or somebody has taken it up."""
    statement = (
        select(Ticket.id)
        .join(Message, Message.ticket_id == Ticket.id)
        .where(Message.conversation_id == conversation_id, Ticket.phase == Phase.IN_PROGRESS)
        .limit(1)
    )
    return await session.scalar(statement) is not None
