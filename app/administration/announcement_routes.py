"""Announcements: what everybody is told, and who has said that they read it."""

from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.deps import CurrentAgent
from app.administration.pages import admin_router, saved, show
from app.bulletin import queries, service
from app.bulletin.forms import AnnouncementForm
from app.bulletin.models import Announcement
from app.core.clock import now
from app.web.deps import RowId, SessionDep, SettingsDep
from app.web.entries import NOTHING_TYPED, Entry, attempt

PATH = "/admin/announcements"
router = admin_router("announcements")


@router.get("")
async def show_announcements(request: Request, session: SessionDep) -> Response:
    rows, agents = await queries.list_all(session), await queries.count_readers(session)
    return show(request, "announcements.html", rows=rows, agents=agents, now=now())


@router.get("/new")
async def show_new(request: Request, session: SessionDep) -> Response:
    return await _page(request, session, None)


@router.post("")
async def announce(request: Request, session: SessionDep, admin: CurrentAgent, settings: SettingsDep) -> Response:
    async def verb(form: AnnouncementForm) -> Response:
        await service.announce(session, form, by=admin, zone=settings.zone)
        return saved(PATH)

    return await attempt(request, AnnouncementForm, verb, lambda entry: _page(request, session, None, entry))


@router.get("/{announcement_id}")
async def show_one(request: Request, session: SessionDep, announcement_id: RowId) -> Response:
    return await _page(request, session, await queries.get_announcement(session, announcement_id))


@router.post("/{announcement_id}")
async def change(
    request: Request, session: SessionDep, admin: CurrentAgent, settings: SettingsDep, announcement_id: RowId
) -> Response:
    found = await queries.get_announcement(session, announcement_id)

    async def verb(form: AnnouncementForm) -> Response:
        await service.change(session, found, form, by=admin, zone=settings.zone)
        return saved(f"{PATH}/{found.id}")

    return await attempt(request, AnnouncementForm, verb, lambda entry: _page(request, session, found, entry))


@router.post("/{announcement_id}/removal")
async def remove(session: SessionDep, admin: CurrentAgent, announcement_id: RowId) -> Response:
    found = await queries.get_announcement(session, announcement_id)
    await service.archive(session, found, is_archived=True, by=admin)
    return saved(f"{PATH}/{found.id}")


@router.post("/{announcement_id}/restoration")
async def restore(session: SessionDep, admin: CurrentAgent, announcement_id: RowId) -> Response:
    found = await queries.get_announcement(session, announcement_id)
    await service.archive(session, found, is_archived=False, by=admin)
    return saved(f"{PATH}/{found.id}")


async def _page(
    request: Request, session: AsyncSession, found: Announcement | None, entry: Entry = NOTHING_TYPED
) -> Response:
    zone = request.app.state.settings.zone
    readers = await queries.list_readers(session, found.id) if found else ()
    begins = (found.shown_from if found else now()).astimezone(zone).date()
    last = service.last_day(found, zone) if found else None
    context = {"row": found, "readers": readers, "begins": begins, "last": last}
    return show(request, "announcement.html", entry, **context)
