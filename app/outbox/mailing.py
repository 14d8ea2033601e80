"""Mails that the desk writes by itself, such as confirmations and transcripts: made and sent in one way."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.channels.charsets import lost_in
from app.channels.models import UTF_8, Channel
from app.core.clock import now
from app.outbox import service
from app.outbox.addresses import new_mail_id
from app.outbox.service import Terms
from app.tickets import message_queries
from app.tickets.history_models import EventKind
from app.tickets.message_models import Message, MessageKind, RecipientRole
from app.tickets.models import Ticket
from app.tickets.outgoing import add_automatic


def automatic_mail(mailbox: Channel, *, subject: str, text: str, **others: Any) -> Message:
    """Where the mailbox's charset cannot carry it nobody is there to choose other characters."""
    mail_id = new_mail_id(mailbox.address)
    return Message(
        kind=MessageKind.OUTBOUND,
        channel_id=mailbox.id,
        subject=subject,
        text=text,
        mail_id=mail_id,
        mail_id_hash=message_queries.hash_ref(mail_id),
        charset=UTF_8 if lost_in(mailbox.charset, (subject, text)) else mailbox.charset,
        is_automatic=True,
        created_at=now(),
        **others,
    )


async def post(
    session: AsyncSession,
    ticket: Ticket,
    mail: Message,
    mailbox: Channel,
    *,
    name: str,
    address: str,
    kind: EventKind = EventKind.AUTO_REPLIED,
) -> None:
    """Against the ticket as it is: nothing that comes meanwhile overtakes it. An answer to it joins the ticket."""
    await add_automatic(session, ticket, mail, kind=kind)
    rows = [
        message_queries.recipient_row(mail.id, RecipientRole.FROM, name=mailbox.name, address=mailbox.address),
        message_queries.recipient_row(mail.id, RecipientRole.TO, name=name, address=address),
    ]
    await message_queries.add_recipients(session, rows)
    await message_queries.add_own_ref(session, mail.mail_id, ticket_id=ticket.id)
    terms = Terms(ticket.version, ticket.status_id, None, mail.created_at, is_scheduled=False)
    await service.enqueue(session, ticket, mail, terms)
