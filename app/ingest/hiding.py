"""A customer takes back what they said: its content is nowhere any more but in the bytes as they came."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.conversations.naming import UNSENT, name_of
from app.core.i18n import gettext
from app.ingest import talk_queries
from app.tickets.history_models import Actor, EventKind
from app.tickets.log import record
from app.tickets.message_models import Message
from app.tickets.models import Ticket
from app.tickets.service import preview_of

MAX_SUBJECT = 80


def subject_of(message: Message) -> str:
    """Of a ticket that begins with this: the first line of its words, else what it is."""
    words = message.text.strip()
    return " ".join(words.splitlines()[0].split())[:MAX_SUBJECT] if words else words_of(message)


def words_of(message: Message) -> str:
    """As the list shows it."""
    if message.hidden_at is not None:
        return gettext(UNSENT)
    return preview_of(message.text) or name_of(message.extras)


async def hide(
    session: AsyncSession, ticket: Ticket, message: Message, *, at: datetime, by: Actor, before: Sequence[Ticket] = ()
) -> None:
    """The rows of the ticket, and of those that it was on `before`, are held. Again: nothing happens."""
    if message.hidden_at is not None:
        return
    subject, preview = subject_of(message), words_of(message)
    wipe(message, at)
    await talk_queries.give_up_files(session, message.id)
    await session.flush()
    for each in (ticket, *before):
        await _forget(session, each, subject=subject, preview=preview)
    record(session, ticket, EventKind.UNSENT, by=by, at=at, message_id=message)


async def _forget(session: AsyncSession, ticket: Ticket, *, subject: str, preview: str) -> None:
    if ticket.subject == subject:
        ticket.subject = gettext(UNSENT)
    if ticket.preview == preview:
        ticket.preview = await _newest_words(session, ticket)
    ticket.has_attachment = await talk_queries.has_attachment(session, ticket.id)


def wipe(message: Message, at: datetime) -> None:
    message.hidden_at = at
    message.subject = message.text = message.html = ""
    message.extras = message.quote_start = message.signature_start = None


async def _newest_words(session: AsyncSession, ticket: Ticket) -> str:
    newest = await talk_queries.find_newest(session, ticket.id)
    return words_of(newest) if newest is not None else gettext(UNSENT)
