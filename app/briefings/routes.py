"""The pages of briefings: the list, one with its comment, its PDF."""

import asyncio
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import FileResponse, JSONResponse, RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audit_models import AuditKind
from app.accounts.deps import TrailDep, ViewerDep
from app.briefings import drafting, mail_queries, queries, service
from app.briefings.contents import NAMES, speaking
from app.briefings.errors import CommentChanged
from app.briefings.forms import BriefingFilter, CommentForm, day_cursor
from app.briefings.models import Briefing
from app.briefings.printing import make_pdf
from app.briefings.sheets import Sheet, sheet_of
from app.core.cursors import Cursor
from app.core.database import Database
from app.core.folding import fold
from app.core.i18n import gettext
from app.core.settings import Settings
from app.inbox.choices import Choices
from app.inbox.deps import ChoicesDep, SightDep
from app.inbox.desk import Sight
from app.inbox.frame import read_frame
from app.inbox.row_queries import read_moment
from app.inbox.service import position_of
from app.reports.options import places_for
from app.web.deps import BlobsDep, DatabaseDep, RowId, SessionDep, SettingsDep
from app.web.entries import NOTHING_TYPED, Entry, attempt
from app.web.reading import reading_router
from app.web.templates import render
from app.web.unit_of_work import unit_of_work_router

SEE_OTHER = 303
PAGE = 30
PDF = "application/pdf"
pages = unit_of_work_router(prefix="/briefings")
counting = reading_router(prefix="/briefings")


async def _briefing(briefing_id: RowId, session: SessionDep, viewer: ViewerDep) -> Briefing:
    return await service.get_briefing(session, briefing_id, viewer)


BriefingDep = Annotated[Briefing, Depends(_briefing)]
"""One that the viewer may read."""


@dataclass(frozen=True, slots=True)
class Place:
    """What the desk around a page is drawn from."""

    request: Request
    session: AsyncSession
    database: Database
    settings: Settings
    sight: Sight
    choices: Choices

    async def frame(self) -> dict[str, Any]:
        frame = await read_frame(self.session, self.database.room, self.sight, self.choices)
        return {**frame, "position": position_of(await read_moment(self.session))}


async def _place(
    request: Request,
    session: SessionDep,
    database: DatabaseDep,
    settings: SettingsDep,
    sight: SightDep,
    choices: ChoicesDep,
) -> Place:
    return Place(request, session, database, settings, sight, choices)


PlaceDep = Annotated[Place, Depends(_place)]


@pages.get("")
async def show_list(place: PlaceDep, wish: Annotated[BriefingFilter, Query()]) -> Response:
    service.require_reader(place.sight.viewer)
    given = wish.model_dump(mode="json", exclude={"cursor"}, exclude_defaults=True)
    conditions = f"briefings {urlencode(given)}"
    found = await queries.page_briefings(
        place.session,
        place.sight.viewer.audience_ids,
        kind=wish.kind,
        since=wish.since,
        until=wish.until,
        words=fold(wish.q),
        after=day_cursor(wish.cursor, conditions),
        limit=PAGE + 1,
    )
    shown = found[:PAGE]
    cursor = Cursor.after(shown[-1].last_on.isoformat(), shown[-1].id).seal(conditions) if len(found) > PAGE else ""
    context = {
        "briefings": shown,
        "wish": wish,
        "kinds": [(kind.value, gettext(name)) for kind, name in NAMES.items()],
        "next": urlencode({**given, "cursor": cursor}) if cursor else "",
        "is_admin": place.sight.is_admin,
        "places": places_for(place.sight.viewer.agent),
    }
    return render(place.request, "briefings/list.html", {**await place.frame(), **context})


@pages.get("/{briefing_id}")
async def show(place: PlaceDep, briefing: BriefingDep) -> Response:
    return await _page(place, briefing)


@pages.post("/{briefing_id}/comment")
async def comment(place: PlaceDep, briefing: BriefingDep) -> Response:
    """Kept as it is typed; `version` is the one that was read."""
    is_program = "application/json" in place.request.headers.get("accept", "")

    async def verb(form: CommentForm) -> Response:
        try:
            version = await _write(place, briefing, form)
        except CommentChanged as error:
            return await _conflict(place, briefing, form, error, is_program=is_program)
        if is_program:
            return JSONResponse({"version": version})
        return RedirectResponse(f"/briefings/{briefing.id}", SEE_OTHER)

    return await attempt(place.request, CommentForm, verb, lambda entry: _page(place, briefing, entry))


@pages.post("/{briefing_id}/freeze")
async def freeze(place: PlaceDep, briefing: BriefingDep) -> Response:
    """With the comment as it stands in the form."""

    async def verb(form: CommentForm) -> Response:
        try:
            if form.comment != briefing.comment:
                await _write(place, briefing, form)
        except CommentChanged as error:
            return await _conflict(place, briefing, form, error, is_program=False)
        await service.freeze(place.session, briefing, by=place.sight.viewer)
        return RedirectResponse(f"/briefings/{briefing.id}", SEE_OTHER)

    return await attempt(place.request, CommentForm, verb, lambda entry: _page(place, briefing, entry))


@counting.post("/{briefing_id}/recount")
async def recount(
    session: SessionDep, database: DatabaseDep, settings: SettingsDep, briefing: BriefingDep, viewer: ViewerDep
) -> Response:
    """A whole period is read while everybody else writes; what is frozen meanwhile stays."""
    await service.require_draft(session, briefing, viewer)
    said = await drafting.read_anew(session, briefing, settings.zone)
    await session.close()
    async with database.transaction() as writing:
        held = await service.get_briefing(writing, briefing.id, viewer)
        await service.require_draft(writing, held, viewer)
        await queries.change_contents(writing, held.id, contents=said)
    return RedirectResponse(f"/briefings/{briefing.id}", SEE_OTHER)


@pages.get("/{briefing_id}/pdf")
async def download(
    session: SessionDep, settings: SettingsDep, briefing: BriefingDep, blobs: BlobsDep, trail: TrailDep
) -> Response:
    """The one that was kept when it was frozen; of a draft, one of the moment."""
    trail.note(AuditKind.EXPORT, subject="briefings", subject_id=briefing.id)
    await session.close()
    sheet = _sheet(briefing, settings)
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    if briefing.pdf_sha256 is not None:
        path = blobs.path(briefing.pdf_sha256)
        return FileResponse(path, media_type=PDF, filename=sheet.file_name, headers=headers)
    with speaking(briefing.locale):
        data = await asyncio.to_thread(make_pdf, sheet)
    headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(sheet.file_name)}"
    return Response(data, media_type=PDF, headers=headers)


async def _write(place: Place, briefing: Briefing, form: CommentForm) -> int:
    viewer = place.sight.viewer
    return await service.write_comment(place.session, briefing, form.comment, version=form.version, by=viewer)


async def _conflict(
    place: Place, briefing: Briefing, form: CommentForm, error: CommentChanged, *, is_program: bool
) -> Response:
    """What was typed stays in the field, and what the other wrote stands above it."""
    if is_program:
        raise error
    typed = {"comment": form.comment, "version": briefing.comment_version}
    return await _page(place, briefing, Entry(typed, {"comment": gettext(error.message)}, was_sent=True))


async def _page(place: Place, briefing: Briefing, entry: Entry = NOTHING_TYPED) -> Response:
    context = {
        "briefing": briefing,
        "sheet": _sheet(briefing, place.settings),
        "can_comment": briefing.is_draft and await service.may_comment(place.session, briefing, place.sight.viewer),
        "mails": await mail_queries.list_reports(place.session, briefing.id),
        "entry": entry,
    }
    frame = await place.frame()
    return render(place.request, "briefings/briefing.html", {**frame, **context}, status_code=entry.status_code)


def _sheet(briefing: Briefing, settings: Settings) -> Sheet:
    with speaking(briefing.locale):
        return sheet_of(briefing, settings.zone)


router = APIRouter()
router.include_router(pages)
router.include_router(counting)
