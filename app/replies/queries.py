from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, false, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.tickets.history_models import EventKind, TicketEvent
from app.tickets.message_models import Attachment, Message, MessageKind


async def has_events(
    session: AsyncSession, ticket_id: int, kinds: Sequence[EventKind], *, since: datetime | None
) -> bool:
    """Whether something of these kinds was recorded later. Only a courtesy rests on it, so a clock may decide."""
    statement = select(TicketEvent.id).where(TicketEvent.ticket_id == ticket_id, TicketEvent.kind.in_(kinds))
    if since is not None:
        statement = statement.where(TicketEvent.recorded_at > since)
    return await session.scalar(statement.limit(1)) is not None


async def find_answered(session: AsyncSession, ticket_id: int) -> Message | None:
    """The customer's newest words, whenever they joined; what a machine sent only when there is nothing else."""
    statement = select(Message).where(Message.ticket_id == ticket_id, Message.kind == MessageKind.INBOUND)
    newest_first = statement.order_by(Message.is_automatic, Message.created_at.desc(), Message.ticket_version.desc())
    return await session.scalar(newest_first.limit(1))


async def find_mail(session: AsyncSession, ticket_id: int, message_id: int) -> Message | None:
    """What was mailed, by the customer or by us; a note or a call is never sent outside."""
    statement = select(Message).where(
        Message.id == message_id,
        Message.ticket_id == ticket_id,
        Message.kind.in_([MessageKind.INBOUND, MessageKind.OUTBOUND]),
        Message.hidden_at.is_(None),
    )
    return await session.scalar(statement)


async def list_file_names(
    session: AsyncSession, attachment_ids: Sequence[int], *, uploader_id: int, forwarded_id: int | None
) -> Sequence[str]:
    """Of those that the writer may send: their own uploads, and the files of what they pass on."""
    is_own = and_(Attachment.message_id.is_(None), Attachment.uploader_id == uploader_id)
    is_passed_on = Attachment.message_id == forwarded_id if forwarded_id is not None else false()
    statement = select(Attachment.name).where(Attachment.id.in_(attachment_ids), or_(is_own, is_passed_on))
    return (await session.scalars(statement)).all()


async def free_uploads(session: AsyncSession, message_id: int) -> None:
    """The files of a message that never left are uploads again."""
    await session.execute(update(Attachment).where(Attachment.message_id == message_id).values(message_id=None))
