"""What the desk asks of a ticket's chat."""

from collections.abc import Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent
from app.conversations.models import Conversation
from app.conversations.visitor_models import Visitor
from app.core.rows import AnyRow, fetch
from app.customers.models import Identity
from app.tickets.message_models import Attachment, Message, MessageKind
from app.tickets.models import Ticket

TRANSCRIPT = "transcript_of"
MOST_BLOCKED = 200
SAID = (MessageKind.INBOUND, MessageKind.OUTBOUND)


async def list_said(session: AsyncSession, ticket_id: int, conversation_id: int) -> Sequence[AnyRow]:
    """What both sides can see of a chat on one ticket, oldest first: never a note, nor what has not left."""
    has_arrived = or_(Message.kind == MessageKind.INBOUND, Message.sent_at.is_not(None))
    statement = (
        select(
            Message.id,
            Message.kind,
            Message.text,
            Message.created_at,
            Message.is_automatic,
            Agent.name.label("agent_name"),
        )
        .outerjoin(Agent, Agent.id == Message.author_agent_id)
        .where(
            Message.ticket_id == ticket_id,
            Message.conversation_id == conversation_id,
            Message.kind.in_(SAID),
            Message.hidden_at.is_(None),
            has_arrived,
        )
        .order_by(Message.created_at, Message.id)
    )
    return await fetch(session, statement)


async def list_file_names(session: AsyncSession, message_ids: Sequence[int]) -> Sequence[AnyRow]:
    statement = select(Attachment.message_id, Attachment.name).where(Attachment.message_id.in_(message_ids))
    return await fetch(session, statement.order_by(Attachment.id)) if message_ids else []


async def has_transcript_since(session: AsyncSession, ticket_id: int, message_id: int) -> bool:
    """Whether one with everything up to this message has been accepted for sending."""
    kept = Message.extras[TRANSCRIPT].as_integer()
    newest = select(func.max(kept)).where(Message.ticket_id == ticket_id, Message.hidden_at.is_(None))
    return (await session.scalar(newest) or 0) >= message_id


async def find_mail(session: AsyncSession, customer_id: int) -> str:
    """An address by which the customer is known, '' for none."""
    statement = select(Identity.address).where(Identity.customer_id == customer_id, Identity.kind == "email")
    return await session.scalar(statement.order_by(Identity.id.desc()).limit(1)) or ""


async def list_blocked(session: AsyncSession, channel_id: int) -> Sequence[AnyRow]:
    """The newest first, with the number of the ticket that their words are on."""
    statement = (
        select(Visitor.id, Visitor.name, Visitor.mail, Visitor.blocked_at, Ticket.number.label("number"))
        .join(Conversation, Conversation.key_hash == Visitor.key_hash)
        .outerjoin(Ticket, Ticket.id == Conversation.ticket_id)
        .where(Visitor.channel_id == channel_id, Visitor.blocked_at.is_not(None))
        .order_by(Visitor.blocked_at.desc(), Visitor.id.desc())
        .limit(MOST_BLOCKED)
    )
    return await fetch(session, statement)


async def find_blocked(session: AsyncSession, visitor_id: int, *, channel_id: int) -> Conversation | None:
    """The conversation of a visitor who is blocked."""
    statement = select(Conversation).join(Visitor, Visitor.key_hash == Conversation.key_hash)
    is_blocked = (Visitor.id == visitor_id, Visitor.channel_id == channel_id, Visitor.blocked_at.is_not(None))
    return await session.scalar(statement.where(*is_blocked))
