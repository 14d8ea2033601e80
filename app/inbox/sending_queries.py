"""What waits to be sent, and what was not sent."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audiences import Viewer
from app.accounts.models import Agent
from app.channels.models import Channel
from app.core.rows import AnyRow, fetch
from app.customers.models import Customer
from app.outbox.models import OutboxEntry, OutboxState
from app.tickets.message_models import Message
from app.tickets.models import Ticket

SHOWN = 200
NOT_SENT = (OutboxState.FAILED, OutboxState.UNCERTAIN)
UNSENT = (*NOT_SENT, OutboxState.QUEUED, OutboxState.SENDING)
IS_HELD = (OutboxEntry.state == OutboxState.QUEUED, OutboxEntry.is_deferred, OutboxEntry.is_scheduled.is_(False))
TICKET = (Ticket.id.label("number"), Ticket.subject, Customer.name.label("customer"))


async def list_held(session: AsyncSession, viewer: Viewer, *, at: datetime) -> Sequence[AnyRow]:
    """What one sent a moment ago and can still take back, the oldest first."""
    statement = (
        select(*TICKET, OutboxEntry.id.label("entry_id"), OutboxEntry.not_before)
        .select_from(OutboxEntry)
        .join(Message, Message.id == OutboxEntry.message_id)
        .join(Ticket, Ticket.id == OutboxEntry.ticket_id)
        .join(Customer, Customer.id == Ticket.customer_id)
        .where(
            *IS_HELD,
            OutboxEntry.not_before > at,
            Message.author_agent_id == viewer.agent.id,
            Ticket.audience_id.in_(viewer.audience_ids),
        )
        .order_by(OutboxEntry.id)
    )
    return await fetch(session, statement)


async def list_unsent(session: AsyncSession, viewer: Viewer, *, is_mine: bool) -> Sequence[AnyRow]:
    """What needs a decision first, then what leaves next."""
    statement = (
        select(
            *TICKET,
            OutboxEntry.id.label("entry_id"),
            OutboxEntry.state,
            OutboxEntry.error,
            OutboxEntry.attempts,
            OutboxEntry.not_before,
            OutboxEntry.is_scheduled,
            OutboxEntry.is_deferred,
            func.coalesce(OutboxEntry.settled_at, OutboxEntry.created_at).label("at"),
            Message.author_agent_id.label("author_id"),
            Agent.name.label("author"),
            Channel.name.label("channel"),
            Channel.paused_at,
        )
        .select_from(OutboxEntry)
        .join(Message, Message.id == OutboxEntry.message_id)
        .join(Ticket, Ticket.id == OutboxEntry.ticket_id)
        .join(Customer, Customer.id == Ticket.customer_id)
        .join(Channel, Channel.id == OutboxEntry.channel_id)
        .outerjoin(Agent, Agent.id == Message.author_agent_id)
        .where(*_is_of(viewer, UNSENT, is_mine=is_mine))
        .order_by(
            case(
                (OutboxEntry.state == OutboxState.UNCERTAIN, 0), (OutboxEntry.state == OutboxState.FAILED, 1), else_=2
            ),
            OutboxEntry.not_before,
            OutboxEntry.id,
        )
        .limit(SHOWN)
    )
    return await fetch(session, statement)


async def count_not_sent(session: AsyncSession, viewer: Viewer) -> int:
    """Failed and uncertain ones that are one's own to decide; leads see everybody's."""
    statement = (
        select(func.count())
        .select_from(OutboxEntry)
        .join(Message, Message.id == OutboxEntry.message_id)
        .join(Ticket, Ticket.id == OutboxEntry.ticket_id)
        .where(*_is_of(viewer, NOT_SENT, is_mine=not viewer.agent.role.leads))
    )
    return await session.scalar(statement) or 0


def _is_of(viewer: Viewer, states: Sequence[OutboxState], *, is_mine: bool) -> tuple[ColumnElement[bool], ...]:
    is_theirs = (Message.author_agent_id == viewer.agent.id,) if is_mine else ()
    return (OutboxEntry.state.in_(states), Ticket.audience_id.in_(viewer.audience_ids), *is_theirs)
