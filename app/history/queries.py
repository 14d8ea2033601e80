from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.rows import AnyRow
from app.tickets.message_models import Message, MessageKind
from app.tickets.models import Ticket

IS_QUESTION = Message.kind.in_((MessageKind.INBOUND, MessageKind.CALL))
HAS_LEFT = Message.sent_at.is_not(None) & Message.forwards_id.is_(None) & Message.is_automatic.is_(False)
IS_ANSWER = (Message.kind == MessageKind.OUTBOUND) & HAS_LEFT


async def list_tickets(
    session: AsyncSession, ticket_ids: Collection[int], audience_ids: Sequence[int]
) -> Sequence[AnyRow]:
    """In no order of their own. The rights are asked again: between the ids and this a ticket may have moved."""
    statement = select(
        Ticket.id,
        Ticket.subject,
        Ticket.status_id,
        Ticket.category_id,
        Ticket.created_at,
        Ticket.customer_id,
        Ticket.assignee_id,
        Ticket.last_activity_at,
    ).where(Ticket.id.in_(ticket_ids), Ticket.audience_id.in_(audience_ids))
    return (await session.execute(statement)).all()


async def list_questions(session: AsyncSession, ticket_ids: Collection[int]) -> Sequence[AnyRow]:
    """The first words of each customer."""
    return await _list_words(session, ticket_ids, IS_QUESTION, func.min(Message.ticket_version))


async def list_answers(session: AsyncSession, ticket_ids: Collection[int]) -> Sequence[AnyRow]:
    """The newest answer of each that a person wrote and that has left."""
    return await _list_words(session, ticket_ids, IS_ANSWER, func.max(Message.ticket_version))


async def _list_words(
    session: AsyncSession, ticket_ids: Collection[int], is_meant: ColumnElement[bool], version: ColumnElement[int]
) -> Sequence[AnyRow]:
    meant = (Message.ticket_id.in_(ticket_ids), Message.hidden_at.is_(None), is_meant)
    chosen = select(Message.ticket_id, version.label("version")).where(*meant).group_by(Message.ticket_id).subquery()
    is_chosen = (Message.ticket_id == chosen.c.ticket_id) & (Message.ticket_version == chosen.c.version)
    columns = (Message.ticket_id, Message.text, Message.quote_start, Message.signature_start)
    return (await session.execute(select(*columns).join(chosen, is_chosen))).all()
