from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from app.core.errors import NotFound
from app.core.rows import AnyRow
from app.faq.models import FaqEntry

IS_PUBLISHED = (FaqEntry.published_at.is_not(None), FaqEntry.archived_at.is_(None))


class Version(NamedTuple):
    """Another one whenever an entry was written, published, taken back or archived."""

    changed_at: datetime | None
    id_sum: int
    published: int


async def find_version(session: AsyncSession) -> Version:
    published = func.count().filter(*IS_PUBLISHED)
    ids = func.coalesce(func.sum(FaqEntry.id).filter(*IS_PUBLISHED), 0)
    row = (await session.execute(select(func.max(FaqEntry.changed_at), ids, published))).one()
    return Version(row[0], int(row[1]), row[2])


async def list_published(session: AsyncSession) -> Sequence[AnyRow]:
    """What suggestions are found by."""
    statement = select(FaqEntry.id, FaqEntry.question, FaqEntry.keywords, FaqEntry.answer).where(*IS_PUBLISHED)
    return (await session.execute(statement.order_by(FaqEntry.position, FaqEntry.id))).all()


async def list_by_ids(session: AsyncSession, ids: Collection[int]) -> Sequence[FaqEntry]:
    """Those that are published still."""
    statement = select(FaqEntry).where(FaqEntry.id.in_(ids), *IS_PUBLISHED)
    return (await session.scalars(statement)).all()


async def list_entries(session: AsyncSession, *, is_archived: bool) -> Sequence[FaqEntry]:
    """In their order."""
    condition = FaqEntry.archived_at.is_not(None) if is_archived else FaqEntry.archived_at.is_(None)
    return (await session.scalars(select(FaqEntry).where(condition).order_by(FaqEntry.position, FaqEntry.id))).all()


async def get_entry(session: AsyncSession, entry_id: int) -> FaqEntry:
    entry = await session.get(FaqEntry, entry_id, populate_existing=True)
    if entry is None:
        raise NotFound(entry_id=entry_id)
    return entry


async def find_last_position(session: AsyncSession) -> int:
    return await session.scalar(select(func.max(FaqEntry.position))) or 0


async def count_up(session: AsyncSession, counter: InstrumentedAttribute[int], ids: Collection[int]) -> None:
    """One statement, so that two visitors at once are counted twice."""
    statement = update(FaqEntry).where(FaqEntry.id.in_(ids)).values({counter: counter + 1})
    await session.execute(statement.execution_options(synchronize_session=False))
