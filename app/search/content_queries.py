"""What is searched of a ticket: its head and its messages, read in a set statement each."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import BindParameter, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.rows import AnyRow, fetch
from app.customers.models import Customer, Identity
from app.search.documents import Content, Words
from app.tickets.history_models import TicketEvent
from app.tickets.message_models import Attachment, Message, MessageRecipient, RecipientRole
from app.tickets.models import Ticket

SENDERS = {RecipientRole.FROM, RecipientRole.REPLY_TO}
Grouped = Mapping[int, Sequence[AnyRow]]

TICKET_IDS: BindParameter[Any] = bindparam("ticket_ids", expanding=True)
MESSAGE_IDS: BindParameter[Any] = bindparam("message_ids", expanding=True)

SEEN_EVENTS = (
    select(TicketEvent.ticket_id, func.max(TicketEvent.id).label("event_id"))
    .where(TicketEvent.ticket_id.in_(TICKET_IDS))
    .group_by(TicketEvent.ticket_id)
)
TICKETS = (
    select(
        Ticket.id,
        Ticket.subject,
        Ticket.audience_id,
        Ticket.customer_id,
        Customer.name.label("customer_name"),
        Customer.reading,
        Customer.company,
    )
    .join(Customer, Customer.id == Ticket.customer_id)
    .where(Ticket.id.in_(TICKET_IDS))
)
ADDRESSES = (
    select(Identity.customer_id, Identity.address)
    .where(Identity.customer_id.in_(bindparam("customer_ids", expanding=True)))
    .order_by(Identity.id)
)
MESSAGES = (
    select(
        Message.id,
        Message.ticket_id,
        Message.subject,
        Message.text,
        Identity.address.label("author_address"),
        Customer.name.label("author_name"),
    )
    .outerjoin(Identity, Identity.id == Message.author_identity_id)
    .outerjoin(Customer, Customer.id == Identity.customer_id)
    .where(Message.ticket_id.in_(TICKET_IDS), Message.hidden_at.is_(None))
    .order_by(Message.ticket_id, Message.ticket_version)
)
"""Those that can be seen, in the order in which they joined."""
RECIPIENTS = (
    select(MessageRecipient.message_id, MessageRecipient.role, MessageRecipient.name, MessageRecipient.address)
    .where(MessageRecipient.message_id.in_(MESSAGE_IDS))
    .order_by(MessageRecipient.id)
)
FILES = (
    select(Attachment.message_id, Attachment.name).where(Attachment.message_id.in_(MESSAGE_IDS)).order_by(Attachment.id)
)


async def list_contents(session: AsyncSession, ticket_ids: Sequence[int]) -> list[Content]:
    """In the order of the ids; the newest event is read first, so that what is read is never older than it says."""
    asked = {"ticket_ids": ticket_ids}
    seen = {row.ticket_id: row.event_id for row in await fetch(session, SEEN_EVENTS, asked)}
    tickets = {row.id: row for row in await fetch(session, TICKETS, asked)}
    customer_ids = sorted({row.customer_id for row in tickets.values()})
    addresses = _by(await fetch(session, ADDRESSES, {"customer_ids": customer_ids}), "customer_id")
    messages = await fetch(session, MESSAGES, asked)
    message_ids = {"message_ids": [row.id for row in messages]}
    recipients = _by(await fetch(session, RECIPIENTS, message_ids), "message_id")
    files = _by(await fetch(session, FILES, message_ids), "message_id")
    told = _by(messages, "ticket_id")
    return [
        _content(
            tickets[ticket_id],
            seen.get(ticket_id, 0),
            addresses[tickets[ticket_id].customer_id],
            [_message_words(row, recipients[row.id], files[row.id]) for row in told[ticket_id]],
        )
        for ticket_id in ticket_ids
        if ticket_id in tickets
    ]


async def list_ticket_ids_after(session: AsyncSession, ticket_id: int, *, limit: int) -> list[int]:
    statement = select(Ticket.id).where(Ticket.id > ticket_id).order_by(Ticket.id).limit(limit)
    return list((await session.scalars(statement)).all())


async def count_tickets(session: AsyncSession) -> int:
    return await session.scalar(select(func.count()).select_from(Ticket)) or 0


def _content(ticket: AnyRow, seen_event_id: int, addresses: Sequence[AnyRow], messages: list[Words]) -> Content:
    customer = (ticket.customer_name, ticket.reading, ticket.company, *(row.address for row in addresses))
    head = Words(subject=ticket.subject, text=f"#{ticket.id}", senders=customer)
    return Content(ticket.id, ticket.audience_id, ticket.customer_id, seen_event_id, (head, *messages))


def _message_words(message: AnyRow, recipients: Sequence[AnyRow], files: Sequence[AnyRow]) -> Words:
    senders = [_party(row) for row in recipients if row.role in SENDERS]
    if message.author_address:
        senders += [message.author_name, message.author_address]
    return Words(
        message_id=message.id,
        subject=message.subject,
        text=message.text,
        senders=tuple(dict.fromkeys(senders)),
        recipients=tuple(_party(row) for row in recipients if row.role not in SENDERS),
        files=tuple(row.name for row in files),
    )


def _party(recipient: AnyRow) -> str:
    return f"{recipient.name} {recipient.address}".strip()


def _by(rows: Iterable[AnyRow], name: str) -> Grouped:
    grouped: defaultdict[int, list[AnyRow]] = defaultdict(list)
    for row in rows:
        grouped[getattr(row, name)].append(row)
    return grouped
