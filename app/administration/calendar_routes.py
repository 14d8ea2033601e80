"""When somebody works: the organisation's hours and a channel's own, from which day on, and the fiscal year."""

from datetime import date
from typing import Any

from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import queries as account_queries
from app.accounts.deps import CurrentAgent
from app.administration.pages import admin_router, saved, show
from app.channels import calendar_queries, calendars
from app.channels import queries as channel_queries
from app.channels.calendar_forms import CalendarForm, FiscalForm
from app.channels.holidays import holidays_of
from app.channels.hours_forms import WEEKDAYS, as_written, closed_stretches
from app.channels.models import Channel
from app.core.clock import now
from app.core.errors import NotFound
from app.web.deps import RowId, SessionDep
from app.web.entries import NOTHING_TYPED, Entry, attempt

PATH = "/admin/calendar"
RECOUNTS_SHOWN = 5
router = admin_router("calendar")


@router.get("")
async def show_calendar(request: Request, session: SessionDep) -> Response:
    return await _page(request, session, None)


@router.post("")
async def change_calendar(request: Request, session: SessionDep, admin: CurrentAgent) -> Response:
    async def verb(form: CalendarForm) -> Response:
        await calendars.set_hours(session, None, form.of_organisation(), by=admin, valid_from=form.valid_from)
        return saved(PATH)

    return await attempt(request, CalendarForm, verb, lambda entry: _page(request, session, None, entry))


@router.post("/fiscal-year")
async def change_fiscal_year(request: Request, session: SessionDep, admin: CurrentAgent) -> Response:
    async def verb(form: FiscalForm) -> Response:
        await calendars.change_fiscal_month(session, form.fiscal_month, by=admin)
        return saved(PATH)

    return await attempt(request, FiscalForm, verb, lambda entry: _page(request, session, None, entry))


@router.post("/versions/{version_id}/removal")
async def remove_version(session: SessionDep, admin: CurrentAgent, version_id: RowId) -> Response:
    return await _remove(session, version_id, None, admin)


@router.get("/channels/{channel_id}")
async def show_channel(request: Request, session: SessionDep, channel_id: RowId) -> Response:
    return await _page(request, session, await channel_queries.get_channel(session, channel_id))


@router.post("/channels/{channel_id}")
async def change_channel(request: Request, session: SessionDep, admin: CurrentAgent, channel_id: RowId) -> Response:
    channel = await channel_queries.get_channel(session, channel_id)

    async def verb(form: CalendarForm) -> Response:
        await calendars.set_hours(session, channel, form.of_channel(), by=admin, valid_from=form.valid_from)
        return saved(_path(channel))

    return await attempt(request, CalendarForm, verb, lambda entry: _page(request, session, channel, entry))


@router.post("/channels/{channel_id}/versions/{version_id}/removal")
async def remove_of_channel(session: SessionDep, admin: CurrentAgent, channel_id: RowId, version_id: RowId) -> Response:
    return await _remove(session, version_id, await channel_queries.get_channel(session, channel_id), admin)


async def _remove(session: AsyncSession, version_id: int, channel: Channel | None, admin: CurrentAgent) -> Response:
    version = await calendar_queries.find_version_by_id(session, version_id, channel.id if channel else None)
    if version is None:
        raise NotFound(version_id=version_id)
    await calendars.remove(session, version, channel, by=admin)
    return saved(_path(channel))


def _path(channel: Channel | None) -> str:
    return f"{PATH}/channels/{channel.id}" if channel else PATH


async def _page(
    request: Request, session: AsyncSession, channel: Channel | None, entry: Entry = NOTHING_TYPED
) -> Response:
    versions = await calendar_queries.list_versions(session, channel.id if channel else None)
    held = calendars.last_changed(versions, now())
    kept = held.hours if held else None
    if channel is not None and kept is None:
        of_all = calendars.last_changed(await calendar_queries.list_versions(session, None), now())
        kept = of_all.hours if of_all else None
    context: dict[str, Any] = {
        "channel": channel,
        "where": _path(channel),
        "versions": [(version, _told(version.hours)) for version in versions],
        "held": held,
        "is_own": bool(held and held.hours),
        "today": calendars.today(),
        "weekdays": WEEKDAYS,
        "written": as_written(kept),
        "people": {agent.id: agent.name for agent in await account_queries.list_agents(session)},
        "recounts": await calendar_queries.list_recounts(session, limit=RECOUNTS_SHOWN),
    }
    if channel is None:
        context |= await _of_everybody(session)
    return show(request, "calendar.html", entry, **context)


def _told(hours: dict[str, Any] | None) -> dict[str, Any] | None:
    return {**as_written(hours), "stretches": closed_stretches(hours["closures"])} if hours else None


async def _of_everybody(session: AsyncSession) -> dict[str, Any]:
    own = await calendar_queries.list_channels_with_hours(session)
    this_year = calendars.today().year
    return {
        "channels": [(each, each.id in own) for each in await channel_queries.list_channels(session)],
        "fiscal_month": await calendars.fiscal_month(session),
        "holidays": [(year, _sorted(year)) for year in (this_year, this_year + 1)],
    }


def _sorted(year: int) -> list[date]:
    return sorted(holidays_of(year))
