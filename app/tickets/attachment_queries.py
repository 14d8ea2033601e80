from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.errors import NotFound
from app.tickets.message_models import Attachment, Message
from app.tickets.models import Ticket


async def get_attachment(session: AsyncSession, attachment_id: int) -> Attachment:
    attachment = await session.get(Attachment, attachment_id)
    if attachment is None:
        raise NotFound(attachment_id=attachment_id)
    return attachment


async def find_attachment(session: AsyncSession, attachment_id: int) -> Attachment | None:
    return await session.get(Attachment, attachment_id)


async def get_with_audience(session: AsyncSession, attachment_id: int) -> tuple[Attachment, int | None]:
    """With the audience of its ticket; None while it is on no message."""
    statement = (
        select(Attachment, Ticket.audience_id)
        .outerjoin(Message, Message.id == Attachment.message_id)
        .outerjoin(Ticket, Ticket.id == Message.ticket_id)
        .where(Attachment.id == attachment_id)
    )
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise NotFound(attachment_id=attachment_id)
    return row.Attachment, row.audience_id


async def delete_unsent(session: AsyncSession, *, before: datetime, but: Collection[int]) -> None:
    waiting = select(Attachment.id).where(Attachment.message_id.is_(None), Attachment.created_at < before)
    found = set((await session.scalars(waiting)).all()).difference(but)
    await session.execute(delete(Attachment).where(Attachment.id.in_(found), Attachment.message_id.is_(None)))
