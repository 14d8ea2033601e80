"""What one agent finds on their page in the morning, in a statement for each kind."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, TextClause, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audiences import Viewer
from app.accounts.models import Agent
from app.core.clock import now
from app.core.rows import AnyRow, fetch
from app.customers.models import Customer
from app.inbox.list_queries import IS_COUNTED, IS_UNDONE
from app.notices.models import Notice, NoticeKind
from app.outbox.models import UNDECIDED, OutboxEntry
from app.replies.models import Draft
from app.tickets.history_models import ActorKind, TicketEvent
from app.tickets.message_models import Message, MessageKind
from app.tickets.models import IS_BOUNCED, Phase, Status, Ticket

SHOWN = 10
FEW = 5
UNDONE = (Phase.NEW, Phase.IN_PROGRESS)
TICKET = (Ticket.id.label("number"), Ticket.subject, Customer.name.label("customer"))
FROM_CUSTOMER = (MessageKind.INBOUND, MessageKind.CALL)

Condition = ColumnElement[bool] | TextClause

WAITING_SINCE = func.coalesce(
    select(func.max(Message.created_at))
    .where(Message.ticket_id == Ticket.id, Message.kind.in_(FROM_CUSTOMER))
    .scalar_subquery(),
    Ticket.created_at,
)


async def list_drafts(session: AsyncSession, viewer: Viewer) -> Sequence[AnyRow]:
    """What one began to answer, the oldest first; `is_overtaken` when the customer wrote since."""
    is_newer = exists().where(
        Message.ticket_id == Draft.ticket_id,
        Message.ticket_version > Draft.base_version,
        Message.kind == MessageKind.INBOUND,
    )
    statement = (
        select(*TICKET, Draft.saved_at, Draft.body, is_newer.label("is_overtaken"))
        .join(Ticket, Ticket.id == Draft.ticket_id)
        .join(Customer, Customer.id == Ticket.customer_id)
        .where(Draft.agent_id == viewer.agent.id, *_is_seen(viewer))
        .order_by(Draft.saved_at, Draft.id)
        .limit(SHOWN)
    )
    return await fetch(session, statement)


async def list_undecided(session: AsyncSession, viewer: Viewer) -> Sequence[AnyRow]:
    """Answers that did not leave, or of which nobody knows: one's own; leads see everybody's."""
    is_theirs = () if viewer.agent.role.leads else (Message.author_agent_id == viewer.agent.id,)
    statement = (
        select(
            *TICKET,
            OutboxEntry.id.label("entry_id"),
            OutboxEntry.state,
            OutboxEntry.error,
            func.coalesce(OutboxEntry.settled_at, OutboxEntry.created_at).label("at"),
            Message.author_agent_id.label("author_id"),
            Agent.name.label("author"),
        )
        .select_from(OutboxEntry)
        .join(Message, Message.id == OutboxEntry.message_id)
        .join(Ticket, Ticket.id == OutboxEntry.ticket_id)
        .join(Customer, Customer.id == Ticket.customer_id)
        .outerjoin(Agent, Agent.id == Message.author_agent_id)
        .where(OutboxEntry.state.in_(UNDECIDED), *is_theirs, *_is_seen(viewer))
        .order_by(OutboxEntry.id)
        .limit(SHOWN)
    )
    return await fetch(session, statement)


async def list_bounced(session: AsyncSession, viewer: Viewer) -> Sequence[AnyRow]:
    """Whose last answer came back: one's own and nobody's; leads see everybody's."""
    is_theirs = (Ticket.assignee_id == viewer.agent.id) | Ticket.assignee_id.is_(None)
    statement = (
        select(*TICKET, Ticket.bounced_at.label("since"))
        .join(Customer, Customer.id == Ticket.customer_id)
        .where(IS_BOUNCED, *_is_seen(viewer), *(() if viewer.agent.role.leads else (is_theirs,)))
        .order_by(Ticket.bounced_at, Ticket.id)
        .limit(SHOWN)
    )
    return await fetch(session, statement)


async def list_overdue(session: AsyncSession, viewer: Viewer) -> Sequence[AnyRow]:
    """Whose deadline has passed: one's own and nobody's; leads see everybody's."""
    is_theirs = (Ticket.assignee_id == viewer.agent.id) | Ticket.assignee_id.is_(None)
    statement = (
        select(*TICKET, Ticket.due_at.label("since"))
        .join(Customer, Customer.id == Ticket.customer_id)
        .where(
            IS_UNDONE,
            Ticket.due_at < now(),
            Ticket.snoozed_until.is_(None),
            *_is_seen(viewer),
            *(() if viewer.agent.role.leads else (is_theirs,)),
        )
        .order_by(Ticket.due_at, Ticket.id)
        .limit(SHOWN)
    )
    return await fetch(session, statement)


async def list_mentions(session: AsyncSession, viewer: Viewer) -> Sequence[AnyRow]:
    is_agents_act = and_(Agent.id == TicketEvent.actor_id, TicketEvent.actor_kind == ActorKind.AGENT)
    statement = (
        select(*TICKET, Notice.created_at.label("at"), Agent.name.label("by"))
        .select_from(Notice)
        .join(Ticket, Ticket.id == Notice.ticket_id)
        .join(Customer, Customer.id == Ticket.customer_id)
        .join(TicketEvent, TicketEvent.id == Notice.event_id)
        .outerjoin(Agent, is_agents_act)
        .where(
            Notice.agent_id == viewer.agent.id,
            Notice.kind == NoticeKind.MENTIONED,
            Notice.read_at.is_(None),
            *_is_seen(viewer),
        )
        .order_by(Notice.id.desc())
        .limit(SHOWN)
    )
    return await fetch(session, statement)


async def list_my_waiting(session: AsyncSession, viewer: Viewer) -> Sequence[AnyRow]:
    """Whose next word is ours, by when the customer wrote last."""
    statement = (
        select(*TICKET, WAITING_SINCE.label("since"))
        .join(Customer, Customer.id == Ticket.customer_id)
        .join(Status, Status.id == Ticket.status_id)
        .where(
            *_is_mine(viewer),
            Ticket.snoozed_until.is_(None),
            Ticket.is_waiting.is_(False),
            Status.needs_reason.is_(False),
        )
        .order_by(WAITING_SINCE, Ticket.id)
        .limit(FEW)
    )
    return await fetch(session, statement)


async def list_unassigned(session: AsyncSession, viewer: Viewer) -> Sequence[AnyRow]:
    """New and nobody's, of one's teams or of no team."""
    is_ours = () if viewer.sees_all else (or_(Ticket.team_id.is_(None), Ticket.team_id.in_(viewer.team_ids)),)
    statement = (
        select(*TICKET, Ticket.created_at.label("since"))
        .join(Customer, Customer.id == Ticket.customer_id)
        .where(
            *_is_seen(viewer),
            Ticket.phase == Phase.NEW,
            Ticket.assignee_id.is_(None),
            Ticket.snoozed_until.is_(None),
            *is_ours,
        )
        .order_by(Ticket.created_at, Ticket.id)
        .limit(FEW)
    )
    return await fetch(session, statement)


async def list_held(session: AsyncSession, viewer: Viewer) -> Sequence[AnyRow]:
    """One's own that wait for something: a date, or what its status says."""
    statement = (
        select(*TICKET, Ticket.hold_reason, Ticket.snoozed_until, Status.key.label("status_key"), Status.name)
        .join(Customer, Customer.id == Ticket.customer_id)
        .join(Status, Status.id == Ticket.status_id)
        .where(*_is_mine(viewer), or_(Status.needs_reason, Ticket.snoozed_until.is_not(None)))
        .order_by(Ticket.snoozed_until.is_(None), Ticket.snoozed_until, Ticket.last_activity_at, Ticket.id)
        .limit(SHOWN)
    )
    return await fetch(session, statement)


async def list_absent(session: AsyncSession, viewer: Viewer) -> Sequence[AnyRow]:
    statement = (
        select(Agent.id, Agent.name, Agent.absent_since, Agent.absent_until)
        .where(
            Agent.id != viewer.agent.id,
            Agent.disabled_at.is_(None),
            Agent.absent_since <= now(),
            or_(Agent.absent_until.is_(None), Agent.absent_until > now()),
        )
        .order_by(Agent.name, Agent.id)
    )
    return await fetch(session, statement)


def _is_seen(viewer: Viewer) -> tuple[Condition, ...]:
    return (IS_COUNTED, Ticket.audience_id.in_(viewer.audience_ids))


def _is_mine(viewer: Viewer) -> tuple[Condition, ...]:
    return (*_is_seen(viewer), Ticket.assignee_id == viewer.agent.id, Ticket.phase.in_(UNDONE))
