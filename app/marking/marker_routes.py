"""The page on which the team enters releases, campaigns and incidents; charts show them."""

from typing import Annotated

from fastapi import Depends, Query, Response
from fastapi.responses import RedirectResponse

from app.accounts.deps import LeadDep, require_role
from app.accounts.models import Role
from app.core.clock import now
from app.core.rows import MAX_ROW_ID
from app.reports import options
from app.reports.page_deps import Reader, ReaderDep
from app.trends import marker_queries, markers
from app.trends.marker_forms import MarkerForm
from app.trends.models import Marker
from app.web.deps import RowId, SessionDep
from app.web.entries import NOTHING_TYPED, Entry, attempt
from app.web.templates import render
from app.web.unit_of_work import unit_of_work_router

PATH = "/reports/markers"
SEE_OTHER = 303
LEADS_ONLY = Depends(require_role(Role.LEAD, Role.ADMIN))
router = unit_of_work_router(prefix=PATH)

Changed = Annotated[int | None, Query(gt=0, le=MAX_ROW_ID)]


@router.get("")
async def show_markers(reader: ReaderDep, change: Changed = None) -> Response:
    """Everybody reads them; leads enter them, and change the one that `change` names in its row."""
    leads = reader.sight.viewer.agent.role.leads
    return await _page(reader, await marker_queries.get_marker(reader.session, change) if change and leads else None)


@router.post("")
async def add_marker(reader: ReaderDep, lead: LeadDep) -> Response:
    async def verb(form: MarkerForm) -> Response:
        return _saved(await markers.add(reader.session, form, by=lead))

    return await attempt(reader.request, MarkerForm, verb, lambda entry: _page(reader, None, entry))


@router.post("/{marker_id}")
async def change_marker(reader: ReaderDep, lead: LeadDep, marker_id: RowId) -> Response:
    marker = await marker_queries.get_marker(reader.session, marker_id)

    async def verb(form: MarkerForm) -> Response:
        await markers.change(reader.session, marker, form, by=lead)
        return _saved(marker)

    return await attempt(reader.request, MarkerForm, verb, lambda entry: _page(reader, marker, entry))


@router.post("/{marker_id}/removal", dependencies=[LEADS_ONLY])
async def remove_marker(session: SessionDep, lead: LeadDep, marker_id: RowId) -> Response:
    await markers.remove(session, await marker_queries.get_marker(session, marker_id), by=lead)
    return _saved()


def _saved(marker: Marker | None = None) -> Response:
    return RedirectResponse(f"{PATH}#marker-{marker.id}" if marker else PATH, SEE_OTHER)


async def _page(reader: Reader, changed: Marker | None = None, entry: Entry = NOTHING_TYPED) -> Response:
    context = {
        **await reader.frame(),
        "places": options.places_for(reader.sight.viewer.agent),
        "here": "markers",
        "markers": await marker_queries.list_all(reader.session),
        "changed": changed,
        "entry": entry,
        "today": now().astimezone(reader.settings.zone).date().isoformat(),
        "leads": reader.sight.viewer.agent.role.leads,
    }
    return render(reader.request, "marking/markers.html", context, status_code=entry.status_code)
