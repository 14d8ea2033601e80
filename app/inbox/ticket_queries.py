"""Everything that one ticket's page and the API tell of it, in set statements."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BindParameter, and_, bindparam, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent
from app.channels.models import FORM, Channel
from app.core.base import UTCDateTime
from app.core.cursors import Cursor
from app.core.rows import AnyRow, AnySelect, fetch
from app.customers.models import Customer, Identity
from app.outbox.models import OutboxEntry
from app.replies.models import Draft
from app.tickets.history_models import ActorKind, TicketEvent
from app.tickets.message_models import Attachment, Message, MessageKind, MessageRecipient
from app.tickets.models import Status, Ticket, TicketChannel

IDS: BindParameter[Any] = bindparam("ids", expanding=True)
MAX_EARLIER = 20
OF_FORMS = select(Channel.id).where(Channel.kind == FORM)

MESSAGES = (
    select(
        Message.id,
        Message.ticket_id,
        Message.ticket_version,
        Message.kind,
        Message.subject,
        Message.text,
        Message.html,
        Message.quote_start,
        Message.signature_start,
        Message.problem,
        Message.charset,
        Message.shows_images,
        Identity.shows_images.label("sender_shows_images"),
        and_(Message.identity_hash.is_not(None), Message.channel_id.not_in(OF_FORMS)).label("came_as_mail"),
        Message.is_automatic,
        Message.nature,
        Message.signed_with,
        Message.sender_check,
        Message.sender_check_detail,
        Message.invitation,
        Message.created_at,
        Message.sent_at,
        Message.hidden_at,
        Message.conversation_id,
        Message.extras,
        Message.author_agent_id,
        Agent.name.label("agent_name"),
        Identity.address.label("identity_address"),
        Customer.name.label("customer_name"),
    )
    .outerjoin(Agent, Agent.id == Message.author_agent_id)
    .outerjoin(Identity, Identity.id == Message.author_identity_id)
    .outerjoin(Customer, Customer.id == Identity.customer_id)
    .where(or_(Message.hidden_at.is_(None), Message.kind != MessageKind.OUTBOUND))
)
"""Without what was withdrawn before it left; what a customer took back is shown without its content."""

MESSAGES_OF_TICKET = MESSAGES.where(
    Message.ticket_id == bindparam("ticket_id"), Message.ticket_version > bindparam("version")
).order_by(Message.ticket_version)
MESSAGE_PAGE = MESSAGES_OF_TICKET.limit(bindparam("page_limit"))
ONE_MESSAGE = MESSAGES.where(Message.id == bindparam("message_id"))
RECIPIENTS = (
    select(
        MessageRecipient.message_id,
        MessageRecipient.role,
        MessageRecipient.name,
        MessageRecipient.address,
        MessageRecipient.state,
        MessageRecipient.error,
    )
    .where(MessageRecipient.message_id.in_(IDS))
    .order_by(MessageRecipient.id)
)
ATTACHMENTS = (
    select(
        Attachment.message_id,
        Attachment.id,
        Attachment.name,
        Attachment.content_type,
        Attachment.size,
        Attachment.content_id,
        Attachment.is_inline,
    )
    .where(Attachment.message_id.in_(IDS))
    .order_by(Attachment.id)
)
UNSENT_FILES = (
    select(Attachment.id, Attachment.name, Attachment.size)
    .where(Attachment.id.in_(IDS), Attachment.message_id.is_(None), Attachment.uploader_id == bindparam("agent_id"))
    .order_by(Attachment.id)
)
DELIVERIES = select(
    OutboxEntry.message_id,
    OutboxEntry.id,
    OutboxEntry.state,
    OutboxEntry.error,
    OutboxEntry.attempts,
    OutboxEntry.not_before,
    OutboxEntry.settled_at,
    OutboxEntry.is_scheduled,
    OutboxEntry.is_deferred,
    OutboxEntry.way,
    OutboxEntry.was_unclear,
).where(OutboxEntry.message_id.in_(IDS))
EVENTS = (
    select(
        TicketEvent.id,
        TicketEvent.kind,
        TicketEvent.at,
        TicketEvent.actor_kind,
        TicketEvent.actor_id,
        TicketEvent.rule_id,
        TicketEvent.changes,
        Identity.customer_id,
        Identity.address.label("identity_address"),
        Customer.name.label("customer_name"),
    )
    .outerjoin(Identity, (Identity.id == TicketEvent.actor_id) & (TicketEvent.actor_kind == ActorKind.CUSTOMER))
    .outerjoin(Customer, Customer.id == Identity.customer_id)
    .where(TicketEvent.ticket_id == bindparam("ticket_id"), TicketEvent.id > bindparam("event_id"))
    .order_by(TicketEvent.id)
)
EVENT_PAGE = EVENTS.limit(bindparam("page_limit"))
CHANNELS = (
    select(Channel.id, Channel.kind, Channel.name, Channel.key, Channel.address)
    .join(TicketChannel, TicketChannel.channel_id == Channel.id)
    .where(TicketChannel.ticket_id == bindparam("ticket_id"))
    .order_by(Channel.id)
)
TICKET_LINES = (
    select(
        Ticket.id,
        Ticket.subject,
        Ticket.phase,
        Ticket.last_activity_at,
        Ticket.status_id,
        Status.key.label("status_key"),
        Status.name.label("status_name"),
        Channel.id.label("channel_id"),
        Channel.kind.label("channel_kind"),
        Channel.name.label("channel_name"),
        Channel.key.label("channel_key"),
        Channel.address.label("channel_address"),
    )
    .join(Status, Status.id == Ticket.status_id)
    .join(Channel, Channel.id == Ticket.home_channel_id)
)
"""Tickets beside the one that is shown, a line each."""

EARLIER = (
    TICKET_LINES.where(
        Ticket.customer_id == bindparam("customer_id"),
        Ticket.id != bindparam("ticket_id"),
        Ticket.audience_id.in_(bindparam("audience_ids", expanding=True)),
        Ticket.is_counted.is_(True),
    )
    .order_by(Ticket.created_at.desc(), Ticket.id.desc())
    .limit(MAX_EARLIER)
)

ANSWERING = select(Channel.id, Channel.kind, Channel.name, Channel.address, Channel.settings)
DRAFT = select(Draft.base_version, Draft.body, Draft.saved_at).where(
    Draft.ticket_id == bindparam("ticket_id"), Draft.agent_id == bindparam("agent_id")
)


async def list_messages(session: AsyncSession, ticket_id: int) -> Sequence[AnyRow]:
    return await fetch(session, MESSAGES_OF_TICKET, {"ticket_id": ticket_id, "version": 0})


async def list_message_page(session: AsyncSession, ticket_id: int, *, after: int, limit: int) -> Sequence[AnyRow]:
    """Those that joined after a version, oldest first."""
    values = {"ticket_id": ticket_id, "version": after, "page_limit": limit}
    return await fetch(session, MESSAGE_PAGE, values)


async def find_message(session: AsyncSession, message_id: int) -> AnyRow | None:
    return (await session.execute(ONE_MESSAGE, {"message_id": message_id})).one_or_none()


async def list_customer_messages(
    session: AsyncSession, customer_id: int, *, audience_ids: Sequence[int], after: Cursor | None, limit: int
) -> Sequence[AnyRow]:
    """Over all tickets that the viewer sees, newest first."""
    seen = select(Ticket.id).where(
        Ticket.customer_id == customer_id, Ticket.audience_id.in_(audience_ids), Ticket.is_counted.is_(True)
    )
    statement: AnySelect = MESSAGES.where(Message.ticket_id.in_(seen))
    if after is not None:
        there = tuple_(bindparam("instant", after.instant, type_=UTCDateTime), bindparam("id", after.id))
        statement = statement.where(tuple_(Message.created_at, Message.id) < there)
    statement = statement.order_by(Message.created_at.desc(), Message.id.desc()).limit(limit)
    return await fetch(session, statement)


async def list_recipients(session: AsyncSession, message_ids: Sequence[int]) -> Sequence[AnyRow]:
    return await _list_of(session, RECIPIENTS, message_ids)


async def list_attachments(session: AsyncSession, message_ids: Sequence[int]) -> Sequence[AnyRow]:
    return await _list_of(session, ATTACHMENTS, message_ids)


async def list_deliveries(session: AsyncSession, message_ids: Sequence[int]) -> Sequence[AnyRow]:
    return await _list_of(session, DELIVERIES, message_ids)


async def list_events(session: AsyncSession, ticket_id: int) -> Sequence[AnyRow]:
    return await fetch(session, EVENTS, {"ticket_id": ticket_id, "event_id": 0})


async def list_event_page(session: AsyncSession, ticket_id: int, *, after: int, limit: int) -> Sequence[AnyRow]:
    values = {"ticket_id": ticket_id, "event_id": after, "page_limit": limit}
    return await fetch(session, EVENT_PAGE, values)


async def list_channels(session: AsyncSession, ticket_id: int) -> Sequence[AnyRow]:
    return await fetch(session, CHANNELS, {"ticket_id": ticket_id})


async def list_earlier(
    session: AsyncSession, ticket_id: int, *, customer_id: int, audience_ids: Sequence[int]
) -> Sequence[AnyRow]:
    """The customer's other tickets that the viewer may see, the newest first."""
    values = {"ticket_id": ticket_id, "customer_id": customer_id, "audience_ids": audience_ids}
    return await fetch(session, EARLIER, values)


async def list_answering(session: AsyncSession) -> Sequence[AnyRow]:
    """All of ours with their settings, whoever may see them: nobody answers to ourselves, and one that is no mailbox
    may name the one that answers for it."""
    return await fetch(session, ANSWERING)


async def find_draft(session: AsyncSession, ticket_id: int, agent_id: int) -> AnyRow | None:
    found = await fetch(session, DRAFT, {"ticket_id": ticket_id, "agent_id": agent_id})
    return found[0] if found else None


async def list_unsent_files(session: AsyncSession, ids: Sequence[int], agent_id: int) -> Sequence[AnyRow]:
    """Id, name and size of one's own uploads."""
    return await fetch(session, UNSENT_FILES, {"ids": ids, "agent_id": agent_id}) if ids else []


async def _list_of(session: AsyncSession, statement: AnySelect, message_ids: Sequence[int]) -> Sequence[AnyRow]:
    return await fetch(session, statement, {"ids": message_ids}) if message_ids else []
