"""What a message says, written anew from its raw bytes; where it is and what was decided stays (DESIGN, In)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.channels.models import Channel
from app.core.database import wake_at_commit
from app.core.wakeups import FILES
from app.customers import queries as customer_queries
from app.customers.service import recognise
from app.ingest import talk_queries
from app.ingest.known import Arrival
from app.ingest.parts import attachment_rows, make_message, recipient_rows
from app.ingest.talks import file_rows
from app.tickets import message_queries
from app.tickets.message_models import Attachment, Message, MessageKind, MessageRecipient, Problem
from app.tickets.models import Ticket
from app.tickets.service import preview_of

CONTENT = (
    "subject",
    "text",
    "html",
    "quote_start",
    "signature_start",
    "problem",
    "is_automatic",
    "nature",
    "can_auto_reply",
    "signed_with",
    "invitation",
    "sender_check",
    "sender_check_detail",
    "sent_at",
)

Row = dict[str, Any]


async def rewrite(session: AsyncSession, ticket: Ticket, message: Message, arrival: Arrival, channel: Channel) -> bool:
    """Whether anything is different from before; what is the same is not touched, nor what was unsent meanwhile."""
    if message.hidden_at is not None:
        return False
    before = message.subject, message.text
    fresh = make_message(arrival, None, channel)
    if message.problem is Problem.REPEATED:
        fresh.problem = fresh.problem or Problem.REPEATED
    changed = [name for name in CONTENT if getattr(fresh, name) != getattr(message, name)]
    for name in changed:
        setattr(message, name, getattr(fresh, name))
    if message.conversation_id is not None:
        return await _rewrite_talk(session, ticket, message, arrival, fresh, *before) or bool(changed)
    rows = await _rewrite_recipients(session, message, recipient_rows(arrival, message))
    files = await _rewrite_files(session, message, attachment_rows(arrival, message))
    ticket.has_attachment = ticket.has_attachment or any(
        not each.is_inline for each in arrival.prepared.inbound.attachments
    )
    is_known_now = await _recognise(session, ticket, message, arrival)
    _follow(ticket, message, *before)
    return bool(changed) or rows or files or is_known_now


async def _rewrite_talk(
    session: AsyncSession, ticket: Ticket, message: Message, arrival: Arrival, fresh: Message, subject: str, text: str
) -> bool:
    """Who spoke was learned from the platform, and so were its files; a file that was not known for one is fetched."""
    is_other, message.extras = message.extras != fresh.extras, fresh.extras
    _follow(ticket, message, subject, text)
    said = arrival.prepared.inbound.said
    rows = file_rows(arrival, said, message) if said is not None else []
    if rows and not await talk_queries.has_files(session, message.id):
        await talk_queries.add_files(session, rows)
        wake_at_commit(session, FILES)
        return True
    return is_other


def _follow(ticket: Ticket, message: Message, subject: str, text: str) -> None:
    """Where the ticket shows the message's own words it goes on to do so."""
    if ticket.subject == subject:
        ticket.subject = message.subject
    if ticket.preview == preview_of(text):
        ticket.preview = preview_of(message.text)


async def _rewrite_recipients(session: AsyncSession, message: Message, rows: Sequence[Row]) -> bool:
    known = await message_queries.list_recipients(session, message.id)
    return await _rewrite_rows(session, known, rows, MessageRecipient)


async def _rewrite_files(session: AsyncSession, message: Message, rows: Sequence[Row]) -> bool:
    known = await message_queries.list_attachments(session, message.id)
    return await _rewrite_rows(session, known, rows, Attachment)


async def _rewrite_rows(
    session: AsyncSession,
    known: Sequence[MessageRecipient] | Sequence[Attachment],
    rows: Sequence[Row],
    table: type[MessageRecipient | Attachment],
) -> bool:
    """In their order, so that what is the same keeps its id."""
    is_changed = len(known) != len(rows)
    for each, row in zip(known, rows, strict=False):
        for name, value in row.items():
            if getattr(each, name) != value:
                setattr(each, name, value)
                is_changed = True
    for gone in known[len(rows) :]:
        await session.delete(gone)
    session.add_all(table(**row) for row in rows[len(known) :])
    return is_changed


async def _recognise(session: AsyncSession, ticket: Ticket, message: Message, arrival: Arrival) -> bool:
    """Who could not be read is known now; a ticket of nobody is theirs."""
    is_theirs = message.kind is MessageKind.INBOUND
    if message.author_identity_id is not None or arrival.contact is None or not is_theirs:
        return False
    identity = await recognise(session, arrival.contact)
    message.author_identity_id = identity.id
    if not await customer_queries.list_identities(session, ticket.customer_id):
        ticket.customer_id = identity.customer_id
    return True
