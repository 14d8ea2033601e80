from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import now
from app.core.database import insert_into
from app.web.models import IdempotencyKey


async def begin_key(session: AsyncSession, key_hash: str, body_hash: str) -> bool:
    """False when the key is known; a second request in flight waits here for the first one's row."""
    statement = insert_into(session, IdempotencyKey).values(key_hash=key_hash, body_hash=body_hash, created_at=now())
    return await session.scalar(statement.on_conflict_do_nothing().returning(IdempotencyKey.key_hash)) is not None


async def find_key(session: AsyncSession, key_hash: str) -> IdempotencyKey | None:
    return await session.scalar(select(IdempotencyKey).where(IdempotencyKey.key_hash == key_hash))


async def complete_key(session: AsyncSession, key_hash: str, *, status: int, answer: dict[str, Any]) -> None:
    statement = update(IdempotencyKey).where(IdempotencyKey.key_hash == key_hash)
    await session.execute(statement.values(status=status, answer=answer))


async def delete_key(session: AsyncSession, key_hash: str) -> None:
    await session.execute(delete(IdempotencyKey).where(IdempotencyKey.key_hash == key_hash))


async def delete_keys(session: AsyncSession, *, before: datetime) -> None:
    await session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < before))
