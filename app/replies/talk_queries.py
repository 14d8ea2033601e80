from collections.abc import Sequence

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.conversations.models import Conversation
from app.customers.models import Identity
from app.tickets.message_models import Attachment, Message, MessageKind

SAID = (MessageKind.INBOUND, MessageKind.OUTBOUND)


async def find_newest_words(session: AsyncSession, ticket_id: int) -> Message | None:
    """The customer's, else ours."""
    statement = select(Message).where(
        Message.ticket_id == ticket_id,
        Message.kind.in_(SAID),
        ~and_(Message.kind == SAID[1], Message.hidden_at.is_not(None)),
    )
    newest = statement.order_by(
        (Message.kind == MessageKind.INBOUND).desc(),
        Message.is_automatic,
        Message.created_at.desc(),
        Message.ticket_version.desc(),
    )
    return await session.scalar(newest.limit(1))


async def find_talk_of(session: AsyncSession, channel_id: int, customer_id: int) -> Conversation | None:
    """The one that somebody spoke in last."""
    statement = (
        select(Conversation)
        .join(Identity, Identity.id == Conversation.identity_id)
        .where(Conversation.channel_id == channel_id, Identity.customer_id == customer_id)
        .order_by(Conversation.last_inbound_at.is_(None), Conversation.last_inbound_at.desc(), Conversation.id.desc())
    )
    return await session.scalar(statement.limit(1))


async def list_upload_types(session: AsyncSession, attachment_ids: Sequence[int], *, uploader_id: int) -> Sequence[str]:
    statement = select(Attachment.content_type).where(
        Attachment.id.in_(attachment_ids), Attachment.message_id.is_(None), Attachment.uploader_id == uploader_id
    )
    return (await session.scalars(statement)).all()
