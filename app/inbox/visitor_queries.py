"""Visitors of a website behind a ticket's words."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.channels.models import Channel
from app.conversations.models import Conversation
from app.conversations.visitor_models import Visitor
from app.core.rows import AnyRow, fetch
from app.tickets.message_models import Message

IDS: BindParameter[Any] = bindparam("ids", expanding=True)
VISITORS = (
    select(
        Conversation.id.label("conversation_id"),
        Conversation.channel_id,
        Channel.settings,
        Channel.paused_at,
        Visitor.name,
        Visitor.mail,
        Visitor.is_identified,
        Visitor.attributes,
        Visitor.page_url,
        Visitor.page_title,
        Visitor.referrer,
        Visitor.browser,
        Visitor.language,
        Visitor.visits,
        Visitor.seen_at,
        Visitor.online_until,
        Visitor.typing_until,
        Visitor.heard_at,
        Visitor.read_at,
        Visitor.mailed_at,
        Visitor.wants_mail,
        Visitor.blocked_at,
        Visitor.ended_at,
    )
    .join(Visitor, Visitor.key_hash == Conversation.key_hash)
    .join(Channel, Channel.id == Conversation.channel_id)
    .where(Conversation.id.in_(IDS))
)


BEHIND = (
    select(Message.conversation_id)
    .join(Conversation, Conversation.id == Message.conversation_id)
    .join(Visitor, Visitor.key_hash == Conversation.key_hash)
    .where(Message.ticket_id == bindparam("ticket_id"))
    .order_by(Message.created_at.desc(), Message.id.desc())
    .limit(1)
)


async def find_conversation_id(session: AsyncSession, ticket_id: int) -> int | None:
    """Of the newest words on a ticket which a visitor is behind."""
    return await session.scalar(BEHIND, {"ticket_id": ticket_id})


async def list_visitors(session: AsyncSession, conversation_ids: Collection[int]) -> Sequence[AnyRow]:
    return await fetch(session, VISITORS, {"ids": sorted(conversation_ids)}) if conversation_ids else []
