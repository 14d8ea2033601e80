"""What messages of talks have beside words and files, and what happened between them."""

from collections.abc import Collection, Sequence

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.channels.models import Channel
from app.conversations.models import Conversation, Happening, Member, PendingFile, PlatformMessage
from app.core.rows import AnyRow, AnySelect, fetch
from app.tickets.message_models import Message, MessageRecipient, RecipientRole

IDS: "BindParameter[object]" = bindparam("ids", expanding=True)
PENDING = (
    select(PendingFile.message_id, PendingFile.id, PendingFile.name, PendingFile.error, PendingFile.next_at)
    .where(PendingFile.message_id.in_(IDS))
    .order_by(PendingFile.id)
)
QUOTABLE = select(
    Message.id,
    Message.ticket_id,
    Message.kind,
    Message.text,
    Message.extras,
    Message.hidden_at,
    MessageRecipient.name.label("speaker"),
).outerjoin(
    MessageRecipient,
    (MessageRecipient.message_id == Message.id) & (MessageRecipient.role == RecipientRole.FROM),
)
QUOTED = QUOTABLE.where(Message.id.in_(IDS))
QUOTED_BY_KEY = (
    QUOTABLE.add_columns(PlatformMessage.id_hash)
    .join(PlatformMessage, PlatformMessage.message_id == Message.id)
    .where(PlatformMessage.id_hash.in_(IDS))
)
CONVERSATIONS = (
    select(
        Conversation.id,
        Conversation.kind,
        Conversation.name,
        Conversation.picture,
        Channel.kind.label("channel_kind"),
    )
    .join(Channel, Channel.id == Conversation.channel_id)
    .where(Conversation.id.in_(IDS))
)
HAPPENINGS = select(Happening.id, Happening.conversation_id, Happening.kind, Happening.detail).where(
    Happening.id.in_(IDS)
)
MEMBERS = select(Member.conversation_id, Member.address, Member.name).where(
    Member.conversation_id.in_(IDS), Member.name != ""
)
STATES = (
    select(Conversation.id, Conversation.kind, Conversation.state, Conversation.picture, Conversation.channel_id)
    .where(Conversation.identity_id.in_(IDS))
    .order_by(Conversation.id)
)


async def list_pending(session: AsyncSession, message_ids: Collection[int]) -> Sequence[AnyRow]:
    return await _list(session, PENDING, message_ids)


async def list_quoted(session: AsyncSession, message_ids: Collection[int]) -> Sequence[AnyRow]:
    return await _list(session, QUOTED, message_ids)


async def list_quoted_by_key(session: AsyncSession, keys: Collection[str]) -> Sequence[AnyRow]:
    """By what the platform calls them."""
    return await _list(session, QUOTED_BY_KEY, keys)


async def list_conversations(session: AsyncSession, ids: Collection[int]) -> Sequence[AnyRow]:
    return await _list(session, CONVERSATIONS, ids)


async def list_happenings(session: AsyncSession, ids: Collection[int]) -> Sequence[AnyRow]:
    return await _list(session, HAPPENINGS, ids)


async def list_members(session: AsyncSession, conversation_ids: Collection[int]) -> Sequence[AnyRow]:
    """Those whose names are known."""
    return await _list(session, MEMBERS, conversation_ids)


async def list_states(session: AsyncSession, identity_ids: Collection[int]) -> Sequence[AnyRow]:
    """How each of somebody's talks stands."""
    return await _list(session, STATES, identity_ids)


async def _list(
    session: AsyncSession, statement: AnySelect, ids: Collection[int] | Collection[str]
) -> Sequence[AnyRow]:
    return await fetch(session, statement, {"ids": list(ids)}) if ids else []


async def list_of_channel(
    session: AsyncSession, channel_id: int, *, before: int | None, limit: int
) -> Sequence[AnyRow]:
    """What was told of it, in the order in which it came here, the newest first."""
    statement = select(
        Happening.id, Happening.kind, Happening.at, Happening.conversation_id, Happening.ticket_id, Happening.detail
    ).where(Happening.channel_id == channel_id)
    if before is not None:
        statement = statement.where(Happening.id < before)
    return (await session.execute(statement.order_by(Happening.id.desc()).limit(limit))).all()
