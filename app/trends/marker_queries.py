from collections.abc import Sequence
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.errors import NotFound
from app.trends.models import Marker


async def get_marker(session: AsyncSession, marker_id: int) -> Marker:
    marker = await session.get(Marker, marker_id)
    if marker is None:
        raise NotFound(marker_id=marker_id)
    return marker


async def list_markers(session: AsyncSession, first: date, last: date) -> Sequence[Marker]:
    """Those that touch these days of the organisation, both included, in the order of their days."""
    statement = select(Marker).where(Marker.first_day <= last, Marker.last_day >= first)
    return (await session.scalars(statement.order_by(Marker.first_day, Marker.id))).all()


async def list_all(session: AsyncSession) -> Sequence[Marker]:
    """The newest first."""
    return (await session.scalars(select(Marker).order_by(Marker.first_day.desc(), Marker.id.desc()))).all()


async def delete_marker(session: AsyncSession, marker: Marker) -> None:
    await session.execute(delete(Marker).where(Marker.id == marker.id))
