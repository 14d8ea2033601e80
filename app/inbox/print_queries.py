"""What a ticket's file holds beside what its page shows: the bytes, by where they lie."""

from collections.abc import Sequence

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.rows import AnyRow, fetch
from app.ingest.models import RawMessage
from app.tickets.message_models import Attachment, Message, MessageSource

FILES = (
    select(Attachment.id, Attachment.message_id, Attachment.name, Attachment.sha256)
    .join(Message, Message.id == Attachment.message_id)
    .where(Message.ticket_id == bindparam("ticket_id"), Message.hidden_at.is_(None))
    .order_by(Message.ticket_version, Attachment.id)
)
ORIGINALS = (
    select(MessageSource.message_id, func.min(RawMessage.blob).label("sha256"))
    .join(RawMessage, RawMessage.id == MessageSource.raw_id)
    .join(Message, Message.id == MessageSource.message_id)
    .where(Message.ticket_id == bindparam("ticket_id"), Message.hidden_at.is_(None), RawMessage.blob.is_not(None))
    .group_by(MessageSource.message_id)
)


async def list_files(session: AsyncSession, ticket_id: int) -> Sequence[AnyRow]:
    return await fetch(session, FILES, {"ticket_id": ticket_id})


async def list_originals(session: AsyncSession, ticket_id: int) -> Sequence[AnyRow]:
    """Of what came in, the bytes as they came; a mail to two mailboxes has one of its two."""
    return await fetch(session, ORIGINALS, {"ticket_id": ticket_id})
