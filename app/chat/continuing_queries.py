from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent
from app.conversations.visitor_models import Visitor
from app.core.rows import AnyRow
from app.tickets.message_models import Attachment, Message, MessageKind
from app.tickets.models import Ticket

AT_ONCE = 50
"""Messages in one mail, and visitors in one look."""


async def list_due(session: AsyncSession, *, at: datetime) -> Sequence[int]:
    """Visitors whom to look at, the longest waiting first."""
    statement = select(Visitor.id).where(Visitor.mail_due_at.is_not(None), Visitor.mail_due_at <= at)
    return (await session.scalars(statement.order_by(Visitor.mail_due_at, Visitor.id).limit(AT_ONCE))).all()


async def get_visitor(session: AsyncSession, visitor_id: int) -> Visitor:
    return await session.get_one(Visitor, visitor_id)


async def get_place(session: AsyncSession, ticket_id: int) -> AnyRow:
    """Of a ticket: its `number`, and whether it is one that counts (MODEL 14)."""
    return (await session.execute(select(Ticket.number, Ticket.is_counted).where(Ticket.id == ticket_id))).one()


async def list_unheard(session: AsyncSession, conversation_id: int, *, since: datetime | None) -> Sequence[AnyRow]:
    """What agents said in it after that, and what has left, in its order."""
    statement = (
        select(
            Message.id,
            Message.ticket_id,
            Message.text,
            Message.sent_at,
            Message.author_agent_id,
            Agent.name.label("agent_name"),
        )
        .outerjoin(Agent, Agent.id == Message.author_agent_id)
        .where(
            Message.conversation_id == conversation_id,
            Message.kind == MessageKind.OUTBOUND,
            Message.is_automatic.is_(False),
            Message.hidden_at.is_(None),
            Message.sent_at.is_not(None),
        )
        .order_by(Message.sent_at, Message.id)
        .limit(AT_ONCE)
    )
    return (await session.execute(statement if since is None else statement.where(Message.sent_at > since))).all()


async def find_question(session: AsyncSession, conversation_id: int, *, before: datetime) -> AnyRow | None:
    """What the visitor wrote last before that."""
    statement = select(Message.text, Message.created_at).where(
        Message.conversation_id == conversation_id,
        Message.kind == MessageKind.INBOUND,
        Message.hidden_at.is_(None),
        Message.text != "",
        Message.created_at <= before,
    )
    return (await session.execute(statement.order_by(Message.created_at.desc(), Message.id.desc()).limit(1))).first()


async def list_files(session: AsyncSession, message_ids: Collection[int]) -> Sequence[Attachment]:
    statement = select(Attachment).where(Attachment.message_id.in_(message_ids)).order_by(Attachment.id)
    return (await session.scalars(statement)).all() if message_ids else []


async def put_off(session: AsyncSession, visitor_id: int, *, until: datetime) -> None:
    await session.execute(update(Visitor).where(Visitor.id == visitor_id).values(mail_due_at=until))
