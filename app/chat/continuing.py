"""What a visitor has not heard in their browser goes on by mail: all of it in one, once, and answers to it come back.

It is found by `Visitor.mail_due_at`, which an answer that left sets, and decided anew under the locks of the ticket and
the visitor, so that of two workers, and of a visitor who comes back at that moment, one is first.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.chat import continuing_queries as queries
from app.chat.mails import Letter, Render, write
from app.chat.unheard import Unheard, look
from app.conversations import visitor_queries
from app.core.clock import now
from app.core.database import Database
from app.core.log import get_logger
from app.live.signals import signal
from app.outbox.mailing import automatic_mail, post
from app.tickets import message_queries
from app.tickets import queries as ticket_queries
from app.tickets.history_models import EventKind
from app.tickets.message_models import SENT_ON, Attachment
from app.tickets.models import Ticket

TROUBLE_PAUSE = timedelta(minutes=10)

log = get_logger(__name__)


async def look_round(database: Database, render: Render) -> None:
    """Whoever is due now. What is wrong with one of them keeps no other waiting."""
    async with database.reading() as session:
        due = await queries.list_due(session, at=now())
    for visitor_id in due:
        try:
            await _continue(database, render, visitor_id)
        except database.dialect.errors:
            raise
        except Exception as error:
            log.error("a chat could not go on by mail", visitor=visitor_id, exc_info=error)
            async with database.transaction() as session:
                await queries.put_off(session, visitor_id, until=now() + TROUBLE_PAUSE)


async def _continue(database: Database, render: Render, visitor_id: int) -> None:
    async with database.reading() as session:
        found = await look(session, await queries.get_visitor(session, visitor_id))
        letter = await write(session, found, render) if found.is_due else None
    async with database.transaction() as session:
        ticket = await ticket_queries.find_ticket(session, found.rows[-1].ticket_id) if letter else None
        visitor = await visitor_queries.hold_visitor(session, visitor_id)
        again = await look(session, visitor)
        if letter and ticket and _is_still_so(letter, ticket, again):
            await _post(session, ticket, letter)
            visitor.mailed_at, visitor.mail_due_at = again.rows[-1].sent_at, None
        else:
            visitor.mail_due_at = again.due_at


def _is_still_so(letter: Letter, ticket: Ticket, again: Unheard) -> bool:
    """Nothing was said, heard, or changed since it was written, and the ticket is still the one."""
    is_same = again.ids == letter.of.ids and again.visitor.mail == letter.mail
    return again.is_due and is_same and again.rows[-1].ticket_id == ticket.id


async def _post(session: AsyncSession, ticket: Ticket, letter: Letter) -> None:
    """Of whoever wrote last: they are told if it comes back."""
    mail = automatic_mail(
        letter.mailbox,
        subject=letter.subject,
        text=letter.text,
        author_agent_id=letter.of.rows[-1].author_agent_id,
        extras={SENT_ON: letter.of.ids},
    )
    name = letter.of.visitor.name
    await post(session, ticket, mail, letter.mailbox, name=name, address=letter.mail, kind=EventKind.SENT_ON)
    if letter.files:
        await message_queries.add_attachments(session, [_copy(file, mail.id) for file in letter.files])
    await signal(session, ticket.id)


def _copy(file: Attachment, message_id: int) -> dict[str, Any]:
    return {
        "message_id": message_id,
        "uploader_id": file.uploader_id,
        "sha256": file.sha256,
        "name": file.name,
        "content_type": file.content_type,
        "size": file.size,
        "content_id": "",
        "is_inline": False,
        "created_at": now(),
    }
