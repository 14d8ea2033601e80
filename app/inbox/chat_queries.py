"""Open chats: tickets that are not done and whose newest words were said on a website."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BindParameter, bindparam, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.channels.models import CHAT, Channel
from app.conversations.models import Conversation
from app.conversations.visitor_models import Visitor
from app.core.rows import AnyRow, fetch
from app.customers.models import Customer
from app.notices.watching_models import Read
from app.tickets.message_models import Message, MessageKind
from app.tickets.models import Phase, Ticket

AUDIENCES: BindParameter[Any] = bindparam("audience_ids", expanding=True)
IS_COUNTED = text("tickets.is_counted")
MOST = 200

Ours = aliased(Message)
LAST_ANSWER = (
    select(func.max(Ours.ticket_version))
    .where(
        Ours.ticket_id == Ticket.id,
        Ours.kind == MessageKind.OUTBOUND,
        Ours.is_automatic.is_(False),
        Ours.hidden_at.is_(None),
    )
    .correlate(Ticket)
    .scalar_subquery()
)
WAITING_SINCE = (
    select(func.min(Message.created_at))
    .where(
        Message.ticket_id == Ticket.id,
        Message.kind == MessageKind.INBOUND,
        Message.ticket_version > func.coalesce(LAST_ANSWER, 0),
    )
    .correlate(Ticket)
    .scalar_subquery()
)
Mail = aliased(Message)
HAS_GONE_ON_BY_MAIL = select(Mail.id).where(
    Mail.ticket_id == Ticket.id,
    Mail.kind == MessageKind.INBOUND,
    Mail.conversation_id.is_(None),
    Mail.created_at > Conversation.last_inbound_at,
)
OPEN = (
    select(
        Ticket.id,
        Ticket.preview,
        Ticket.phase,
        Ticket.version,
        Ticket.assignee_id,
        Ticket.team_id,
        Ticket.last_activity_at,
        Conversation.last_inbound_at,
        Customer.name.label("customer_name"),
        Visitor.name.label("visitor_name"),
        Visitor.online_until,
        Visitor.ended_at,
        Read.version.label("read_version"),
        WAITING_SINCE.label("waiting_since"),
    )
    .join(Conversation, Conversation.ticket_id == Ticket.id)
    .join(Channel, (Channel.id == Conversation.channel_id) & (Channel.kind == CHAT))
    .join(Customer, Customer.id == Ticket.customer_id)
    .outerjoin(Visitor, Visitor.key_hash == Conversation.key_hash)
    .outerjoin(Read, (Read.ticket_id == Ticket.id) & (Read.agent_id == bindparam("agent_id")))
    .where(
        IS_COUNTED,
        Ticket.audience_id.in_(AUDIENCES),
        Ticket.phase.in_((Phase.NEW, Phase.IN_PROGRESS)),
        Ticket.snoozed_until.is_(None),
        ~HAS_GONE_ON_BY_MAIL.exists(),
        or_(Visitor.ended_at.is_(None), Ticket.is_waiting.is_(False)),
    )
    .order_by(Ticket.last_activity_at.desc(), Ticket.id.desc())
    .limit(bindparam("most"))
)


async def list_open(session: AsyncSession, audience_ids: Sequence[int], agent_id: int) -> Sequence[AnyRow]:
    """The reader's and everybody else's; what was ended and is answered waits for nothing."""
    if not audience_ids:
        return []
    return await fetch(session, OPEN, {"audience_ids": audience_ids, "agent_id": agent_id, "most": MOST})
