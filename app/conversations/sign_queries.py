from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.channels.models import Channel
from app.conversations.models import UNREACHABLE, Conversation, ConversationKind, Sign
from app.core.database import insert_into
from app.core.rows import AnyRow
from app.live.models import Presence, PresenceState


async def list_present(session: AsyncSession, *, at: datetime) -> Sequence[AnyRow]:
    """Talks with a person whose ticket somebody looks at, with the channel's settings, and whether somebody types."""
    statement = (
        select(
            Conversation.id,
            Conversation.channel_id,
            Conversation.kind,
            Conversation.address,
            Conversation.read_token,
            Channel.settings,
            Channel.kind.label("channel_kind"),
            Presence.state,
        )
        .join(Presence, Presence.ticket_id == Conversation.ticket_id)
        .join(Channel, Channel.id == Conversation.channel_id)
        .where(
            Presence.expires_at > at,
            Channel.paused_at.is_(None),
            Conversation.state.not_in(UNREACHABLE),
            or_(Conversation.kind == ConversationKind.PERSON, Presence.state != PresenceState.TYPING),
        )
    )
    return (await session.execute(statement)).all()


async def claim(
    session: AsyncSession, conversation_id: int, kind: str, *, token: str, at: datetime, before: datetime
) -> bool:
    """Whether it is to be told now: another token, or the same one told last before that. One worker alone."""
    row = {"conversation_id": conversation_id, "kind": kind, "wanted_at": at, "token": token}
    statement = insert_into(session, Sign).values(row)
    is_news = or_(Sign.token != token, and_(Sign.token == token, Sign.wanted_at < before))
    told = statement.on_conflict_do_update(
        index_elements=[Sign.conversation_id, Sign.kind], set_={"wanted_at": at, "token": token}, where=is_news
    )
    return await session.scalar(told.returning(Sign.conversation_id)) is not None


async def want(session: AsyncSession, conversation_id: int, kind: str, *, at: datetime) -> None:
    row = {"conversation_id": conversation_id, "kind": kind, "wanted_at": at, "token": ""}
    await session.execute(insert_into(session, Sign).values(row).on_conflict_do_nothing())


async def take_wanted(session: AsyncSession, kind: str) -> Sequence[AnyRow]:
    """All that are wanted, for whoever asks first; with the channel's settings."""
    wanted = (await session.scalars(delete(Sign).where(Sign.kind == kind).returning(Sign.conversation_id))).all()
    if not wanted:
        return []
    statement = (
        select(
            Conversation.id,
            Conversation.channel_id,
            Conversation.kind,
            Conversation.address,
            Conversation.read_token,
            Channel.settings,
            Channel.kind.label("channel_kind"),
        )
        .join(Channel, Channel.id == Conversation.channel_id)
        .where(Conversation.id.in_(wanted))
    )
    return (await session.execute(statement)).all()


async def has_wanted(session: AsyncSession, kind: str) -> bool:
    return await session.scalar(select(Sign.conversation_id).where(Sign.kind == kind).limit(1)) is not None


async def map_signs(session: AsyncSession, conversation_ids: Collection[int]) -> dict[tuple[int, str], datetime]:
    """When each was told last, by conversation and kind."""
    statement = select(Sign.conversation_id, Sign.kind, Sign.wanted_at)
    rows = (await session.execute(statement.where(Sign.conversation_id.in_(conversation_ids)))).all()
    return {(row.conversation_id, row.kind): row.wanted_at for row in rows}
