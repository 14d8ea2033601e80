"""Markers for releases, campaigns and incidents, also for the program that rolls a release out."""

from datetime import date
from typing import Annotated, Any

from fastapi import Query

from app.accounts.deps import CurrentAgent, LeadDep
from app.core.clock import FIRST_DAY, LAST_DAY, rfc3339
from app.trends import marker_queries, markers
from app.trends.marker_forms import MarkerForm
from app.trends.models import Marker
from app.web.deps import RowId, SessionDep
from app.web.unit_of_work import unit_of_work_router

router = unit_of_work_router(prefix="/markers", tags=["markers"])

First = Annotated[date, Query(alias="from", ge=FIRST_DAY, le=LAST_DAY)]
Last = Annotated[date, Query(alias="to", ge=FIRST_DAY, le=LAST_DAY)]


@router.get("")
async def list_markers(
    session: SessionDep, agent: CurrentAgent, first: First = FIRST_DAY, last: Last = LAST_DAY
) -> dict[str, Any]:
    """Those that touch the days `from` and `to`, both included, in the order of their days."""
    found = await marker_queries.list_markers(session, first, last)
    return {"items": [document(each) for each in found], "next_cursor": None}


@router.post("", status_code=201)
async def add_marker(form: MarkerForm, session: SessionDep, lead: LeadDep) -> dict[str, Any]:
    return document(await markers.add(session, form, by=lead))


@router.put("/{marker_id}")
async def change_marker(marker_id: RowId, form: MarkerForm, session: SessionDep, lead: LeadDep) -> dict[str, Any]:
    marker = await marker_queries.get_marker(session, marker_id)
    await markers.change(session, marker, form, by=lead)
    return document(marker)


@router.delete("/{marker_id}", status_code=204)
async def remove_marker(marker_id: RowId, session: SessionDep, lead: LeadDep) -> None:
    await markers.remove(session, await marker_queries.get_marker(session, marker_id), by=lead)


def document(marker: Marker) -> dict[str, Any]:
    return {
        "id": marker.id,
        "name": marker.name,
        "kind": marker.kind,
        "first_day": marker.first_day.isoformat(),
        "last_day": marker.last_day.isoformat(),
        "created_at": rfc3339(marker.created_at),
    }
