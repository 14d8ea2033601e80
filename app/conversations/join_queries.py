from datetime import datetime

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.conversations.models import JoinCode
from app.core.rows import AnyRow
from app.customers.models import Identity
from app.tickets.message_models import Message


async def find_open(session: AsyncSession, code_hash: str, *, at: datetime) -> JoinCode | None:
    statement = select(JoinCode).where(JoinCode.code_hash == code_hash, *_is_open(at))
    return await session.scalar(statement)


async def claim(session: AsyncSession, code_hash: str, *, channel_id: int, at: datetime) -> JoinCode | None:
    """One statement, so that it is used once."""
    statement = update(JoinCode).where(
        JoinCode.code_hash == code_hash, JoinCode.channel_id == channel_id, *_is_open(at)
    )
    return await session.scalar(statement.values(used_at=at).returning(JoinCode))


def _is_open(at: datetime) -> tuple[ColumnElement[bool], ...]:
    return JoinCode.used_at.is_(None), JoinCode.expires_at > at


async def find_said(session: AsyncSession, message_id: int | None) -> AnyRow | None:
    """A message of a talk; none of anything else."""
    statement = select(Message.text, Message.conversation_id).where(
        Message.id == message_id, Message.conversation_id.is_not(None), Message.hidden_at.is_(None)
    )
    return (await session.execute(statement)).one_or_none()


async def get_identity(session: AsyncSession, identity_id: int) -> Identity:
    return await session.get_one(Identity, identity_id, populate_existing=True)


async def forget(session: AsyncSession, *, before: datetime) -> None:
    """Nothing has to be known of a code that is long over."""
    await session.execute(delete(JoinCode).where(JoinCode.expires_at < before))
