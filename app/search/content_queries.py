"""What is searched of a ticket: its head and its messages, read in a set statement each."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.rows import AnyRow, fetch
from app.customers.models import Customer, Identity
from app.search.documents import Content, Words
from app.tickets.history_models import TicketEvent
from app.tickets.message_models import Attachment, Message, MessageRecipient, RecipientRole
from app.tickets.models import Ticket

SENDERS = {RecipientRole.FROM, RecipientRole.REPLY_TO}
Grouped = Mapping[int, Sequence[AnyRow]]


async def list_contents(session: AsyncSession, ticket_ids: Sequence[int]) -> list[Content]:
    """In the order of the ids; the newest event is read first, so that what is read is never older than it says."""
    seen = dict(await _seen_events(session, ticket_ids))
    tickets = {row.id: row for row in await _tickets(session, ticket_ids)}
    addresses = _by(await _addresses(session, {row.customer_id for row in tickets.values()}), "customer_id")
    messages = await _messages(session, ticket_ids)
    message_ids = [row.id for row in messages]
    recipients = _by(await _recipients(session, message_ids), "message_id")
    files = _by(await _files(session, message_ids), "message_id")
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


async def _seen_events(session: AsyncSession, ticket_ids: Sequence[int]) -> list[tuple[int, int]]:
    statement = select(TicketEvent.ticket_id, func.max(TicketEvent.id)).where(TicketEvent.ticket_id.in_(ticket_ids))
    return [(row[0], row[1]) for row in await fetch(session, statement.group_by(TicketEvent.ticket_id))]


async def _tickets(session: AsyncSession, ticket_ids: Sequence[int]) -> Sequence[AnyRow]:
    statement = select(
        Ticket.id,
        Ticket.subject,
        Ticket.audience_id,
        Ticket.customer_id,
        Customer.name.label("customer_name"),
        Customer.reading,
        Customer.company,
    ).join(Customer, Customer.id == Ticket.customer_id)
    return await fetch(session, statement.where(Ticket.id.in_(ticket_ids)))


async def _addresses(session: AsyncSession, customer_ids: Iterable[int]) -> Sequence[AnyRow]:
    statement = select(Identity.customer_id, Identity.address).where(Identity.customer_id.in_(sorted(customer_ids)))
    return await fetch(session, statement.order_by(Identity.id))


async def _messages(session: AsyncSession, ticket_ids: Sequence[int]) -> Sequence[AnyRow]:
    """Those that can be seen, in the order in which they joined."""
    statement = (
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
        .where(Message.ticket_id.in_(ticket_ids), Message.hidden_at.is_(None))
        .order_by(Message.ticket_id, Message.ticket_version)
    )
    return await fetch(session, statement)


async def _recipients(session: AsyncSession, message_ids: Sequence[int]) -> Sequence[AnyRow]:
    statement = select(
        MessageRecipient.message_id, MessageRecipient.role, MessageRecipient.name, MessageRecipient.address
    ).where(MessageRecipient.message_id.in_(message_ids))
    return await fetch(session, statement.order_by(MessageRecipient.id))


async def _files(session: AsyncSession, message_ids: Sequence[int]) -> Sequence[AnyRow]:
    statement = select(Attachment.message_id, Attachment.name).where(Attachment.message_id.in_(message_ids))
    return await fetch(session, statement.order_by(Attachment.id))
