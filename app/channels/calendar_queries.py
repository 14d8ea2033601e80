from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.channels.calendar_models import APRIL, ORGANISATION, CalendarRecount, CalendarVersion, Organisation
from app.core.database import insert_into
from app.core.rows import AnyRow, fetch

REVISION = select(
    func.max(CalendarVersion.id).label("newest"),
    func.max(CalendarVersion.created_at).label("made_at"),
    func.count(CalendarVersion.removed_at).label("removed"),
)
LIVE = (
    select(CalendarVersion.id, CalendarVersion.channel_id, CalendarVersion.valid_from, CalendarVersion.hours)
    .where(CalendarVersion.removed_at.is_(None))
    .order_by(CalendarVersion.id)
)


async def read_revision(session: AsyncSession) -> AnyRow:
    """Another one, and some calendar is another."""
    [row] = await fetch(session, REVISION)
    return row


async def list_live(session: AsyncSession) -> Sequence[AnyRow]:
    return await fetch(session, LIVE)


async def list_versions(session: AsyncSession, channel_id: int | None) -> Sequence[CalendarVersion]:
    """What holds or will hold, the newest day first."""
    statement = select(CalendarVersion).where(CalendarVersion.removed_at.is_(None), _is_of(channel_id))
    return (await session.scalars(statement.order_by(CalendarVersion.valid_from.desc()))).all()


async def list_channels_with_hours(session: AsyncSession) -> set[int]:
    statement = select(CalendarVersion.channel_id).where(
        CalendarVersion.removed_at.is_(None), CalendarVersion.channel_id.is_not(None)
    )
    return {each for each in await session.scalars(statement.distinct()) if each is not None}


async def find_version(session: AsyncSession, channel_id: int | None, valid_from: date) -> CalendarVersion | None:
    is_meant = (CalendarVersion.removed_at.is_(None), CalendarVersion.valid_from == valid_from, _is_of(channel_id))
    return await session.scalar(select(CalendarVersion).where(*is_meant))


async def find_version_by_id(session: AsyncSession, version_id: int, channel_id: int | None) -> CalendarVersion | None:
    is_meant = (CalendarVersion.removed_at.is_(None), CalendarVersion.id == version_id, _is_of(channel_id))
    return await session.scalar(select(CalendarVersion).where(*is_meant))


async def claim_due(session: AsyncSession, *, today: date, at: datetime) -> Sequence[CalendarVersion]:
    """Of channels, whose day has come: each once among all workers."""
    statement = update(CalendarVersion).where(
        CalendarVersion.valid_from <= today, CalendarVersion.applied_at.is_(None), CalendarVersion.removed_at.is_(None)
    )
    claimed = statement.values(applied_at=at).returning(CalendarVersion)
    return sorted(await session.scalars(claimed), key=lambda version: (version.valid_from, version.id))


async def list_recounts(session: AsyncSession, *, limit: int) -> Sequence[CalendarRecount]:
    """The newest first."""
    return (await session.scalars(select(CalendarRecount).order_by(CalendarRecount.id.desc()).limit(limit))).all()


async def read_fiscal_month(session: AsyncSession) -> int:
    month = await session.scalar(select(Organisation.fiscal_month).where(Organisation.id == ORGANISATION))
    return month or APRIL


async def set_fiscal_month(session: AsyncSession, month: int) -> None:
    statement = insert_into(session, Organisation).values(id=ORGANISATION, fiscal_month=month)
    changed = {"fiscal_month": month}
    await session.execute(statement.on_conflict_do_update(index_elements=[Organisation.id], set_=changed))


def _is_of(channel_id: int | None) -> ColumnElement[bool]:
    column = CalendarVersion.channel_id
    return column.is_(None) if channel_id is None else column == channel_id
