"""What the list and the head of a ticket show, for a handful of ids, in a set statement each."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, bindparam, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.accounts.models import Agent, Team
from app.channels.models import Channel
from app.core.base import UTCDateTime
from app.core.clock import now
from app.core.database import dialect_of
from app.core.dialect import DatabaseDialect
from app.core.installation import Installation
from app.core.rows import AnyRow, AnySelect, fetch
from app.customers.models import Customer, Identity
from app.live.models import Presence
from app.outbox.models import OutboxEntry, OutboxState
from app.replies.models import ReplyLock
from app.tickets.classification_models import Field, FieldChoice, FieldValue, Label, TicketLabel
from app.tickets.history_models import TicketEvent, TicketSpan
from app.tickets.models import Category, Status, Ticket

IDS: BindParameter[Any] = bindparam("ids", expanding=True)
WORST_FIRST = (OutboxState.UNCERTAIN, OutboxState.FAILED, OutboxState.SENDING, OutboxState.QUEUED)
RANK = case({state: rank for rank, state in enumerate(WORST_FIRST)}, value=OutboxEntry.state)
Holder = aliased(Agent)
KEPT_ROWS = 500

ADDRESS = (
    select(Identity.address)
    .where(Identity.customer_id == Ticket.customer_id)
    .order_by(Identity.id)
    .limit(1)
    .scalar_subquery()
)
WORST_DELIVERY = (
    select(func.min(RANK))
    .where(OutboxEntry.ticket_id == Ticket.id, OutboxEntry.state.in_(WORST_FIRST))
    .scalar_subquery()
)
TICKETS = (
    select(
        Ticket.id,
        Ticket.subject,
        Ticket.preview,
        Ticket.phase,
        Ticket.audience_id,
        Ticket.is_counted,
        Ticket.priority,
        Ticket.is_complaint,
        Ticket.is_escalated,
        Ticket.hold_reason,
        Ticket.is_waiting,
        Ticket.spam_at,
        Ticket.trashed_at,
        Ticket.has_attachment,
        Ticket.newest_nature,
        Ticket.bounced_at,
        Ticket.due_at,
        Ticket.version,
        Ticket.created_at,
        Ticket.last_activity_at,
        Ticket.first_reply_at,
        Ticket.done_at,
        Ticket.assignee_id,
        Agent.name.label("assignee_name"),
        Ticket.team_id,
        Team.name.label("team_name"),
        Ticket.category_id,
        Category.name.label("category_name"),
        Ticket.status_id,
        Status.key.label("status_key"),
        Status.name.label("status_name"),
        Status.team_id.label("status_team_id"),
        Status.needs_reason,
        Ticket.home_channel_id.label("channel_id"),
        Channel.kind.label("channel_kind"),
        Channel.name.label("channel_name"),
        Channel.key.label("channel_key"),
        Channel.address.label("channel_address"),
        Ticket.customer_id,
        Customer.name.label("customer_name"),
        ADDRESS.label("customer_address"),
        ReplyLock.holder_id,
        Holder.name.label("holder_name"),
        ReplyLock.taken_at,
        ReplyLock.expires.label("lock_expires"),
        ReplyLock.boot_id.label("lock_boot_id"),
        WORST_DELIVERY.label("delivery_rank"),
    )
    .join(Status, Status.id == Ticket.status_id)
    .join(Channel, Channel.id == Ticket.home_channel_id)
    .join(Customer, Customer.id == Ticket.customer_id)
    .outerjoin(Agent, Agent.id == Ticket.assignee_id)
    .outerjoin(Team, Team.id == Ticket.team_id)
    .outerjoin(Category, Category.id == Ticket.category_id)
    .outerjoin(ReplyLock, ReplyLock.ticket_id == Ticket.id)
    .outerjoin(Holder, Holder.id == ReplyLock.holder_id)
    .where(Ticket.id.in_(IDS))
)
PRESENCE = (
    select(Presence.ticket_id, Presence.agent_id, Agent.name, Presence.state)
    .join(Agent, Agent.id == Presence.agent_id)
    .where(Presence.ticket_id.in_(IDS), Presence.expires_at > bindparam("at", type_=UTCDateTime))
    .order_by(Presence.since, Presence.agent_id)
)
LABELS = (
    select(TicketLabel.ticket_id, Label.id, Label.name, Label.colour)
    .join(Label, Label.id == TicketLabel.label_id)
    .where(TicketLabel.ticket_id.in_(IDS))
    .order_by(Label.position, Label.name, Label.id)
)
FIELDS = (
    select(
        FieldValue.ticket_id,
        Field.key,
        Field.name,
        Field.kind,
        FieldValue.text,
        FieldValue.number,
        FieldValue.at,
        FieldValue.choice_id,
        FieldChoice.name.label("choice_name"),
    )
    .join(Field, Field.id == FieldValue.field_id)
    .outerjoin(FieldChoice, FieldChoice.id == FieldValue.choice_id)
    .where(FieldValue.ticket_id.in_(IDS), Field.archived_at.is_(None))
    .order_by(Field.position, Field.name, Field.id)
)
EPOCH = select(Installation.epoch).limit(1).scalar_subquery()
LAST_EVENT = select(func.max(TicketEvent.id)).scalar_subquery()


class Moment(NamedTuple):
    """When a page was read: where its stream begins, and the lease time that says which locks live."""

    epoch: str
    event_id: int
    lease_now: float
    boot_id: str


async def read_moment(session: AsyncSession) -> Moment:
    """To be asked before any row, so that the stream misses nothing (MODEL 23)."""
    dialect = dialect_of(session)
    [(epoch, event_id, lease_now)] = await fetch(session, _moment(dialect))
    return Moment(epoch or "", event_id or 0, float(lease_now), dialect.boot_id)


@lru_cache
def _moment(dialect: DatabaseDialect) -> AnySelect:
    return select(EPOCH, LAST_EVENT, dialect.lease_clock())


async def list_tickets(session: AsyncSession, ids: Sequence[int]) -> Sequence[AnyRow]:
    """In no order."""
    return await fetch(session, TICKETS, {"ids": ids}, kept_rows=KEPT_ROWS) if ids else []


async def list_labels(session: AsyncSession, ids: Sequence[int]) -> Sequence[AnyRow]:
    return await fetch(session, LABELS, {"ids": ids}) if ids else []


async def list_fields(session: AsyncSession, ids: Sequence[int]) -> Sequence[AnyRow]:
    return await fetch(session, FIELDS, {"ids": ids}) if ids else []


async def list_presence(session: AsyncSession, ids: Sequence[int]) -> Sequence[AnyRow]:
    return await fetch(session, PRESENCE, {"ids": ids, "at": now()}) if ids else []


async def list_audiences_ever(session: AsyncSession, ids: Sequence[int]) -> Sequence[AnyRow]:
    """Ticket and audience, for all audiences that the tickets ever had."""
    statement = select(TicketSpan.ticket_id, TicketSpan.audience_id).where(TicketSpan.ticket_id.in_(ids)).distinct()
    return await fetch(session, statement)
