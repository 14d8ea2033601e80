"""The pages of the 「対応履歴」: the list, and the files made of it."""

from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audiences import Viewer
from app.accounts.deps import CurrentAgent, ViewerDep
from app.core.cursors import open_time_cursor
from app.core.errors import Invalid
from app.core.i18n import gettext
from app.history import export_queries, listing, service
from app.history.choices import options_of
from app.history.deps import ExportDep, file_answer
from app.history.forms import ExportForm, HistoryForm, named, understood
from app.inbox.deps import ChoicesDep, SightDep
from app.inbox.frame import read_frame
from app.inbox.row_queries import read_moment
from app.inbox.service import position_of
from app.reports.options import places_for
from app.web.deps import BlobsDep, DatabaseDep, SessionDep, SettingsDep
from app.web.entries import Entry
from app.web.templates import render
from app.web.unit_of_work import unit_of_work_router

SEE_OTHER = 303
PAGE = 50
FILES_SHOWN = 10
EXPORTS = "/reports/history/exports"
router = unit_of_work_router(prefix="/reports/history")


@router.get("")
async def show(
    request: Request,
    session: SessionDep,
    database: DatabaseDep,
    sight: SightDep,
    choices: ChoicesDep,
    settings: SettingsDep,
) -> Response:
    context, entry = await _found(request, session, sight.viewer, settings.zone)
    frame = await read_frame(session, database.room, sight, choices)
    context |= {"options": options_of(sight, choices), "titles": listing.TITLES, "entry": entry}
    context |= {"position": position_of(await read_moment(session)), "places": places_for(sight.viewer.agent)}
    return render(request, "history/history.html", {**frame, **context}, status_code=entry.status_code)


@router.post("/exports")
async def begin(request: Request, session: SessionDep, viewer: ViewerDep, settings: SettingsDep) -> Response:
    """The conditions are in the address, as the list has them."""
    form = understood(ExportForm, {"format": (await request.form()).get("format", "")})
    wish = understood(HistoryForm, named(request.query_params.multi_items()))
    await listing.read_wish(session, viewer, wish, settings.zone)
    await service.begin(session, form.format, wish.given, by=viewer.agent)
    return RedirectResponse(EXPORTS, SEE_OTHER)


@router.get("/exports")
async def show_exports(
    request: Request, session: SessionDep, database: DatabaseDep, sight: SightDep, choices: ChoicesDep
) -> Response:
    context = await _files(session, sight.viewer.agent.id)
    if "hx-request" in request.headers:
        return render(request, "history/_exports.html", context)
    frame = await read_frame(session, database.room, sight, choices)
    context["position"] = position_of(await read_moment(session))
    return render(request, "history/exports.html", {**frame, **context})


@router.post("/exports/{export_id}/cancellation")
async def cancel(session: SessionDep, export: ExportDep) -> Response:
    await service.cancel(session, export)
    return RedirectResponse(EXPORTS, SEE_OTHER)


@router.get("/exports/{export_id}/file")
async def download(export: ExportDep, blobs: BlobsDep, agent: CurrentAgent) -> Response:
    return file_answer(export, blobs)


async def _found(
    request: Request, session: AsyncSession, viewer: Viewer, zone: ZoneInfo
) -> tuple[dict[str, Any], Entry]:
    """What was asked for; or what is wrong with it, at its field."""
    values = named(request.query_params.multi_items())
    try:
        wish = understood(HistoryForm, values)
        asked = await listing.read_wish(session, viewer, wish, zone)
        after = open_time_cursor(wish.cursor, wish.conditions)
        page = await listing.read_page(session, asked, after=after, limit=PAGE)
    except Invalid as error:
        words = {each.field: gettext(each.reason, **each.params) for each in (error, *error.others)}
        return {"page": None, "query": "", "next": ""}, Entry(values, words, was_sent=True)
    next_cursor = page.next.seal(wish.conditions) if page.next else ""
    return {"page": page, "query": wish.query, "next": next_cursor}, Entry(values, {}, was_sent=True)


async def _files(session: AsyncSession, agent_id: int) -> dict[str, Any]:
    exports = await export_queries.list_exports(session, agent_id, limit=FILES_SHOWN)
    return {"exports": exports, "is_under_way": any(each.is_under_way for each in exports)}
