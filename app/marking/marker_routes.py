"""The page on which the team enters releases, campaigns and incidents; charts show them."""

from fastapi import Depends, Response
from fastapi.responses import RedirectResponse

from app.accounts.deps import LeadDep, require_role
from app.accounts.models import Role
from app.core.clock import now
from app.reports import options
from app.reports.page_deps import Reader, ReaderDep
from app.trends import marker_queries, markers
from app.trends.marker_forms import MarkerForm
from app.trends.models import MarkerKind
from app.web.deps import RowId, SessionDep
from app.web.entries import NOTHING_TYPED, Entry, attempt
from app.web.templates import render
from app.web.unit_of_work import unit_of_work_router

PATH = "/reports/markers"
SEE_OTHER = 303
LEADS_ONLY = Depends(require_role(Role.LEAD, Role.ADMIN))
router = unit_of_work_router(prefix=PATH)


@router.get("")
async def show_markers(reader: ReaderDep) -> Response:
    """Everybody reads them; leads enter them."""
    return await _page(reader)


@router.post("")
async def add_marker(reader: ReaderDep, lead: LeadDep) -> Response:
    async def verb(form: MarkerForm) -> Response:
        await markers.add(reader.session, form, by=lead)
        return _saved()

    return await attempt(reader.request, MarkerForm, verb, lambda entry: _page(reader, entry))


@router.post("/{marker_id}/removal", dependencies=[LEADS_ONLY])
async def remove_marker(session: SessionDep, lead: LeadDep, marker_id: RowId) -> Response:
    await markers.remove(session, await marker_queries.get_marker(session, marker_id), by=lead)
    return _saved()


def _saved() -> Response:
    return RedirectResponse(PATH, SEE_OTHER)


async def _page(reader: Reader, entry: Entry = NOTHING_TYPED) -> Response:
    context = {
        **await reader.frame(),
        "places": options.places_for(reader.sight.viewer.agent),
        "here": "markers",
        "markers": await marker_queries.list_all(reader.session),
        "kinds": list(MarkerKind),
        "entry": entry,
        "today": now().astimezone(reader.settings.zone).date().isoformat(),
        "leads": reader.sight.viewer.agent.role.leads,
    }
    return render(reader.request, "marking/markers.html", context, status_code=entry.status_code)
