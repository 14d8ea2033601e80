from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audiences import Viewer
from app.accounts.queries import is_channel_visible
from app.conversations.models import Conversation, Picture
from app.core.database import insert_into


async def find_picture(session: AsyncSession, key: str) -> Picture | None:
    return await session.get(Picture, key)


async def keep_picture(session: AsyncSession, key: str, *, sha256: str | None, content_type: str, at: datetime) -> None:
    values = {"sha256": sha256, "content_type": content_type, "asked_at": at}
    statement = insert_into(session, Picture).values(key=key, **values)
    await session.execute(statement.on_conflict_do_update(index_elements=[Picture.key], set_=values))


async def find_portrait(session: AsyncSession, conversation_id: int, *, viewer: Viewer) -> str | None:
    """The blob of somebody's own picture, where the viewer sees the channel that they write to."""
    statement = select(Conversation.picture).where(Conversation.id == conversation_id)
    if not viewer.sees_all:
        statement = statement.where(is_channel_visible(Conversation.channel_id, viewer.team_ids))
    return await session.scalar(statement)
