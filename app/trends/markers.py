"""What the team did and what befell it, drawn into charts so that one sees why customers write (F5)."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import audit
from app.accounts.models import Agent
from app.trends import marker_queries
from app.trends.marker_forms import MarkerForm
from app.trends.models import Marker

SUBJECT = "markers"


async def add(session: AsyncSession, form: MarkerForm, *, by: Agent) -> Marker:
    marker = Marker(name=form.name, kind=form.kind, first_day=form.first_day, last_day=form.end, created_by_id=by.id)
    session.add(marker)
    await session.flush()
    audit.note_setting(session, SUBJECT, marker.id, by=by, name=(None, marker.name))
    return marker


async def change(session: AsyncSession, marker: Marker, form: MarkerForm, *, by: Agent) -> None:
    before = _told(marker)
    marker.name, marker.kind, marker.first_day, marker.last_day = form.name, form.kind, form.first_day, form.end
    audit.note_setting(session, SUBJECT, marker.id, by=by, **audit.differences(before, _told(marker)))
    await session.flush()


async def remove(session: AsyncSession, marker: Marker, *, by: Agent) -> None:
    audit.note_setting(session, SUBJECT, marker.id, by=by, name=(marker.name, None))
    await marker_queries.delete_marker(session, marker)


def _told(marker: Marker) -> dict[str, str]:
    days = {"first_day": marker.first_day.isoformat(), "last_day": marker.last_day.isoformat()}
    return {"name": marker.name, "kind": str(marker.kind), **days}
