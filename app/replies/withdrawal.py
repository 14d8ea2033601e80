"""Taking a message back before it left: nothing goes out, the text is a draft again (MODEL 20)."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent
from app.outbox import service as outbox
from app.outbox.models import OutboxEntry, OutboxState
from app.replies import drafts, queries
from app.replies.pictures import take_out
from app.tickets import message_queries
from app.tickets import queries as ticket_queries
from app.tickets.history_models import Actor
from app.tickets.message_models import Message, RecipientRole
from app.tickets.models import Status, Ticket
from app.tickets.outgoing import withdraw

BESIDE = ("sticker", "quick_replies", "quote_of")


async def cancel(session: AsyncSession, ticket: Ticket, entry: OutboxEntry, *, by: Agent) -> None:
    """Nothing more happens to one that was cancelled already. Raises AlreadySent when it is too late."""
    if entry.state is OutboxState.CANCELLED:
        return
    await outbox.cancel(session, ticket, entry)
    await give_back(session, ticket, entry, by=Actor.agent(by))


async def give_back(session: AsyncSession, ticket: Ticket, entry: OutboxEntry, *, by: Actor) -> None:
    """What follows from a cancelled entry; its writer finds the text in their draft, the files with it."""
    message = entry.message
    back_to = await _status_before(session, ticket, entry)
    if message.author_agent_id is not None:
        await drafts.give_back(
            session,
            ticket,
            agent_id=message.author_agent_id,
            base_version=entry.base_version,
            body=await _body(session, ticket, message, entry),
        )
    await queries.free_uploads(session, message.id)
    await withdraw(session, ticket, message, back_to=back_to, by=by)


async def _status_before(session: AsyncSession, ticket: Ticket, entry: OutboxEntry) -> Status | None:
    """None when sending had not changed it, or somebody changed it since."""
    is_untouched = ticket.status_id == entry.base_status_id
    if not is_untouched or entry.base_status_id == entry.before_status_id:
        return None
    return await ticket_queries.get_status(session, entry.before_status_id)


async def _body(session: AsyncSession, ticket: Ticket, message: Message, entry: OutboxEntry) -> dict[str, Any]:
    if message.conversation_id is not None:
        return await _said(session, message, entry)
    recipients = await message_queries.list_recipients(session, message.id)
    attachments = await message_queries.list_attachments(session, message.id)
    body: dict[str, Any] = {
        role.value: [{"name": each.name, "address": each.address} for each in recipients if each.role is role]
        for role in (RecipientRole.TO, RecipientRole.CC, RecipientRole.BCC)
    }
    body |= {"subject": message.subject, "text": message.text}
    body["attachment_ids"] = [attachment.id for attachment in attachments]
    body["has_quote"] = False
    [sender] = [each for each in recipients if each.role is RecipientRole.FROM]
    body["from"] = {"name": sender.name, "address": sender.address}
    if message.charset != ticket.home_channel.charset:
        body["charset"] = message.charset
    if message.forwards_id is not None:
        body["forward_of"] = message.forwards_id
    has_pictures = take_out(attachments)
    if message.html and not has_pictures:
        body["html"] = message.html
    return body | await _next_status(session, entry)


async def _said(session: AsyncSession, message: Message, entry: OutboxEntry) -> dict[str, Any]:
    """Of a talk: words, files, and what it had beside them."""
    attachments = await message_queries.list_attachments(session, message.id)
    beside = {name: message.extras[name] for name in BESIDE if name in message.extras} if message.extras else {}
    body = {"text": message.text, "attachment_ids": [attachment.id for attachment in attachments], **beside}
    return body | await _next_status(session, entry)


async def _next_status(session: AsyncSession, entry: OutboxEntry) -> dict[str, str]:
    if entry.next_status_id is None:
        return {}
    return {"next_status": (await ticket_queries.get_status(session, entry.next_status_id)).key}
