"""The inbox for people: whole pages, or the pane that changes."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

from fastapi import Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audit_models import AuditKind
from app.accounts.deps import TrailDep, ViewerDep
from app.core.cursors import open_time_cursor
from app.core.errors import NotFound
from app.core.room import Room
from app.core.rows import row_id
from app.core.settings import Settings
from app.inbox import filtering, selecting, service
from app.inbox.choices import Choices
from app.inbox.deps import AddressesDep, ChoicesDep, SightDep
from app.inbox.desk import Sight, bare_desk, read_sight
from app.inbox.filtering import FILTERED
from app.inbox.forms import TicketFilterForm
from app.inbox.frame import read_frame, read_sides
from app.inbox.list_queries import Selection
from app.inbox.own_tabs import is_own, selection_of_key
from app.inbox.service import Page
from app.inbox.suggesting import suggest
from app.inbox.views import ListPage, TicketPage
from app.inbox.wishes import read_asked
from app.inbox.words import ASIDE_NAMES, CHATS
from app.notices.reading_queries import map_reads
from app.tickets.deps import NOTED_VIEW, TicketDep
from app.tickets.models import Phase
from app.web.deps import DatabaseDep, SessionDep, SettingsDep
from app.web.templates import render
from app.web.unit_of_work import unit_of_work_router

router = unit_of_work_router()

SEARCH = "search"
"""The place of what was looked for, beside the tabs."""

NumberQuery = Annotated[int, Query(ge=0, lt=2**63)]

LIST_PANE = "list-pane"
TICKET_PANE = "ticket-pane"


@router.get("/")
async def inbox(
    request: Request, session: SessionDep, database: DatabaseDep, sight: SightDep, choices: ChoicesDep
) -> Response:
    return await _list(request, session, database.room, sight, choices, tab=Phase.NEW, channel_id=None, cursor=None)


@router.get("/tickets")
async def tickets(
    request: Request,
    session: SessionDep,
    database: DatabaseDep,
    sight: SightDep,
    choices: ChoicesDep,
    trail: TrailDep,
    tab: str = Phase.NEW,
    channel: str = "",
    cursor: str | None = None,
    q: str = "",
) -> Response:
    channel_id = _channel_id(channel)
    if q.strip():
        trail.note(AuditKind.SEARCH, query=q.strip())
    return await _list(
        request, session, database.room, sight, choices, tab=tab, channel_id=channel_id, cursor=cursor, q=q
    )


@router.get("/search/suggestions")
async def suggestions(
    request: Request, session: SessionDep, sight: SightDep, choices: ChoicesDep, settings: SettingsDep, q: str = ""
) -> Response:
    found = await suggest(session, q, sight=sight, choices=choices, zone=settings.zone)
    return _answer(request, "inbox/_suggestions.html", {"suggestions": found})


@router.get("/tickets/{number}", dependencies=[NOTED_VIEW])
async def ticket(
    request: Request,
    session: SessionDep,
    database: DatabaseDep,
    ticket: TicketDep,
    viewer: ViewerDep,
    choices: ChoicesDep,
    addresses: AddressesDep,
    settings: SettingsDep,
    tab: str = "",
    channel: str = "",
    q: str = "",
    merged: NumberQuery = 0,
) -> Response:
    names = choices.names
    page = await service.ticket_page(
        session, ticket.id, viewer=viewer, names=names, addresses=addresses, zone=settings.zone, came_from=merged
    )
    if _is_for(request, TICKET_PANE):
        page = _read_by(page, await map_reads(session, viewer.agent.id, [ticket.id]))
        return _answer(request, "inbox/_ticket.html", {"desk": bare_desk(viewer, choices), "page": page})
    sight = await read_sight(session, viewer)
    channel_id = _channel_id(channel)
    tab = tab or ticket.phase
    return await _list(
        request, session, database.room, sight, choices, tab=tab, channel_id=channel_id, cursor=None, q=q, page=page
    )


async def _list(
    request: Request,
    session: AsyncSession,
    room: Room,
    sight: Sight,
    choices: Choices,
    *,
    tab: str,
    channel_id: int | None,
    cursor: str | None,
    q: str = "",
    page: TicketPage | None = None,
) -> Response:
    tab = SEARCH if q.strip() else tab
    form = filtering.read_form(request.query_params)
    if form is not None:
        tab, found = FILTERED, await _filtered_page(request, session, sight, choices, form)
    elif tab == SEARCH:
        found = await _search_page(request, session, sight, q, channel_id, cursor)
    else:
        found = await _list_page(session, sight, tab, channel_id, cursor)
    is_part = _is_for(request, LIST_PANE)
    if is_part:
        frame = await read_sides(session, sight, choices, tab=tab, channel_id=channel_id)
    else:
        frame = await read_frame(session, room, sight, choices, tab=tab, channel_id=channel_id)
    numbers = [*(row.number for row in found.rows), *([page.ticket.number] if page else [])]
    reads = await map_reads(session, sight.viewer.agent.id, numbers)
    context = {**frame, "list": found, "reads": reads, "page": page and _read_by(page, reads)}
    return _answer(request, "inbox/_list.html" if is_part else "inbox/page.html", context)


def _read_by(page: TicketPage, reads: Mapping[int, int]) -> TicketPage:
    return replace(page, read_version=reads.get(page.ticket.number))


async def _list_page(
    session: AsyncSession, sight: Sight, tab: str, channel_id: int | None, cursor: str | None
) -> ListPage:
    conditions = f"{tab} {channel_id or ''}"
    page = Page(conditions, open_time_cursor(cursor, conditions))
    if tab == CHATS:
        return await service.chats_page(session, sight, channel_id)
    if tab in ASIDE_NAMES:
        return await service.aside_page(session, tab, sight.audience_ids(channel_id), page)
    return await service.list_page(session, await _selection(session, sight, tab, channel_id), page)


async def _filtered_page(
    request: Request, session: AsyncSession, sight: Sight, choices: Choices, form: TicketFilterForm
) -> ListPage:
    """What a report's number counts, by the very parameters of the API."""
    settings: Settings = request.app.state.settings
    params = request.query_params
    selection, narrowed = await filtering.read_narrowed(
        session, params, form, sight=sight, choices=choices, zone=settings.zone
    )
    page = Page(form.conditions, open_time_cursor(params.get("cursor"), form.conditions))
    return await service.list_page(session, selection, page, narrowed)


async def _selection(session: AsyncSession, sight: Sight, tab: str, channel_id: int | None) -> Selection:
    if is_own(tab):
        return await selection_of_key(session, tab, sight)
    return selecting.of_tab(sight, tab, channel_id)


async def _search_page(
    request: Request, session: AsyncSession, sight: Sight, q: str, channel_id: int | None, cursor: str | None
) -> ListPage:
    """Every search at the screen comes through here, and none of the API."""
    settings: Settings = request.app.state.settings
    selection = selecting.of_everything(sight, channel_id)
    asked = await read_asked(session, q, sight=sight, zone=settings.zone)
    conditions = f"search {q} {channel_id or ''}"
    return await service.search_page(session, selection, asked, Page(conditions, open_time_cursor(cursor, conditions)))


def _channel_id(text: str) -> int | None:
    """Raises NotFound for what no channel is called."""
    if not text:
        return None
    channel_id = row_id(text)
    if channel_id is None:
        raise NotFound(channel=text)
    return channel_id


def _is_for(request: Request, pane: str) -> bool:
    """htmx names its target by id, or as `section#list-pane`."""
    return "hx-request" in request.headers and request.headers.get("hx-target", "").rpartition("#")[2] == pane


def _answer(request: Request, template: str, context: dict[str, Any]) -> Response:
    response = render(request, template, context)
    response.headers["Vary"] = "HX-Request, HX-Target"
    return response
