"""What waits to be sent, and what was not sent."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audiences import Viewer
from app.accounts.models import Agent
from app.channels.models import Channel
from app.core.rows import AnyRow, fetch
from app.customers.models import Customer
from app.outbox.models import UNDECIDED, OutboxEntry, OutboxState
from app.tickets.message_models import Message
from app.tickets.models import Ticket

SHOWN = 200
UNSENT = (*UNDECIDED, OutboxState.QUEUED, OutboxState.SENDING)
IS_HELD = (OutboxEntry.state == OutboxState.QUEUED, OutboxEntry.is_deferred, OutboxEntry.is_scheduled.is_(False))
TICKET = (Ticket.id.label("number"), Ticket.subject, Customer.name.label("customer"))

IS_SEEN = Ticket.audience_id.in_(bindparam("audience_ids", expanding=True))
IS_MINE = Message.author_agent_id == bindparam("agent_id")
HELD = (
    select(*TICKET, OutboxEntry.id.label("entry_id"), OutboxEntry.not_before)
    .select_from(OutboxEntry)
    .join(Message, Message.id == OutboxEntry.message_id)
    .join(Ticket, Ticket.id == OutboxEntry.ticket_id)
    .join(Customer, Customer.id == Ticket.customer_id)
    .where(*IS_HELD, OutboxEntry.not_before > bindparam("at"), IS_MINE, IS_SEEN)
    .order_by(OutboxEntry.id)
)
"""Of every page, so it is written once."""


async def list_held(session: AsyncSession, viewer: Viewer, *, at: datetime) -> Sequence[AnyRow]:
    """What one sent a moment ago and can still take back, the oldest first."""
    return await fetch(session, HELD, {**_of(viewer), "at": at})


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
            and_(Channel.paused_at.is_not(None), Channel.is_demo.is_(False)).label("is_paused"),
        )
        .select_from(OutboxEntry)
        .join(Message, Message.id == OutboxEntry.message_id)
        .join(Ticket, Ticket.id == OutboxEntry.ticket_id)
        .join(Customer, Customer.id == Ticket.customer_id)
        .join(Channel, Channel.id == OutboxEntry.channel_id)
        .outerjoin(Agent, Agent.id == Message.author_agent_id)
        .where(OutboxEntry.state.in_(UNSENT), IS_SEEN, *([IS_MINE] if is_mine else []))
        .order_by(
            case(
                (OutboxEntry.state == OutboxState.UNCERTAIN, 0), (OutboxEntry.state == OutboxState.FAILED, 1), else_=2
            ),
            OutboxEntry.not_before,
            OutboxEntry.id,
        )
        .limit(SHOWN)
    )
    return await fetch(session, statement, _of(viewer))


def _of(viewer: Viewer) -> dict[str, Any]:
    return {"agent_id": viewer.agent.id, "audience_ids": viewer.audience_ids}
