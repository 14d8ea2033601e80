"""Forwarding: a message of the ticket goes to somebody else, with the files that it brought (A4).

It is a letter like any other, and leaves the same way; who the customer is, and what is still owed to them, stays.
"""

import re

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent
from app.replies import queries
from app.tickets import message_queries
from app.tickets.errors import Unknown
from app.tickets.message_models import Attachment, Message
from app.tickets.models import Ticket

HEAD_RULE = "-" * 10
"""The line above a passed on mail begins with it, in every language."""
PREFIXES = re.compile(r"^\s*(?:(?:fwd?|転送)\s*[:：]\s*)+", re.IGNORECASE)


def forward_subject(subject: str) -> str:
    """One `Fwd:`, however often it was passed on."""
    return f"Fwd: {PREFIXES.sub('', subject).strip()}".strip()


def forwarded_start(text: str, message: Message) -> int | None:
    """Where in a letter the passed on mail begins, with the head above it; None where it was left out or changed."""
    original = message.text.strip("\n")
    at = text.find(original) if original.strip() else -1
    if at < 0:
        return None
    head = text.rfind(f"\n{HEAD_RULE}", 0, at)
    return at if head < 0 else head + 1


async def find_forwarded(session: AsyncSession, ticket: Ticket, message_id: int | None) -> Message | None:
    """Raises Unknown for what is no mail of this ticket's."""
    if message_id is None:
        return None
    message = await queries.find_mail(session, ticket.id, message_id)
    if message is None:
        raise Unknown("forward_of")
    return message


async def carry_along(
    session: AsyncSession, forwarded: Message, wanted: set[int], *, to: Message, by: Agent
) -> set[int]:
    """Give the wanted ones of its files to the new message too; returns which. Their bytes stay where they lie."""
    files = [each for each in await message_queries.list_attachments(session, forwarded.id) if each.id in wanted]
    session.add_all(_again(each, to, by) for each in files)
    await session.flush()
    return {each.id for each in files}


def _again(file: Attachment, message: Message, by: Agent) -> Attachment:
    return Attachment(
        message_id=message.id,
        uploader_id=by.id,
        sha256=file.sha256,
        name=file.name,
        content_type=file.content_type,
        size=file.size,
    )
