"""The API's reads of tickets and of what surrounds them."""

from collections.abc import Callable, Iterable
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import Query
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audit_models import AuditKind
from app.accounts.deps import TrailDep, ViewerDep
from app.core.cursors import Cursor, open_cursor, open_time_cursor
from app.inbox import documents, selecting, service, ticket_queries
from app.inbox.deps import AddressesDep, ChoicesDep, SightDep
from app.inbox.desk import Sight, read_tabs
from app.inbox.documents import Document, page_document
from app.inbox.forms import TicketFilterForm
from app.inbox.mailboxes import channel_documents
from app.inbox.own_tabs import read_own_tabs
from app.inbox.service import Page
from app.inbox.timeline import read_messages, with_tickets
from app.tickets.deps import NOTED_VIEW, TicketDep
from app.web.deps import SessionDep, SettingsDep
from app.web.forms import PageForm
from app.web.unit_of_work import unit_of_work_router

router = unit_of_work_router(tags=["tickets"])

PageQuery = Annotated[PageForm, Query()]


@router.get("/tabs")
async def tabs(session: SessionDep, sight: SightDep) -> list[Document]:
    """The built-in ones, then one's own in one's own order. From a thousand on a count of one's own stands still."""
    built_in = [{"key": tab.key, "name": tab.name, "count": tab.count} for tab in await read_tabs(session, sight)]
    own = await read_own_tabs(session, sight, None)
    return built_in + [documents.own_tab_document(each) for each in own]


@router.get("/tickets")
async def tickets(
    session: SessionDep,
    sight: SightDep,
    settings: SettingsDep,
    trail: TrailDep,
    filters: Annotated[TicketFilterForm, Query()],
) -> Document:
    if filters.q:
        trail.note(AuditKind.SEARCH, query=filters.q)
    if filters.aside:
        return await _asides(session, sight, filters)
    selection = await selecting.of_filters(session, filters, sight=sight, zone=settings.zone)
    asked = await selecting.of_search(session, filters.q, sight=sight, zone=settings.zone)
    page = Page(filters.conditions, open_time_cursor(filters.cursor, filters.conditions), filters.limit)
    found, next_cursor = await service.ticket_list(session, selection, page, asked)
    return page_document(map(documents.ticket_document, found), next_cursor)


async def _asides(session: AsyncSession, sight: Sight, filters: TicketFilterForm) -> Document:
    """Spam or the trash, asked for by name."""
    selection = await selecting.of_filters(session, filters, sight=sight, zone=ZoneInfo("UTC"))
    page = Page(filters.conditions, open_time_cursor(filters.cursor, filters.conditions), filters.limit)
    found, next_cursor = await service.aside_list(session, filters.aside or "", selection.audience_ids, page)
    return page_document(map(documents.ticket_document, found), next_cursor)


@router.get("/tickets/{number}", dependencies=[NOTED_VIEW])
async def ticket(session: SessionDep, ticket: TicketDep) -> Document:
    return documents.ticket_document(await service.ticket_view(session, ticket.id))


@router.get("/tickets/{number}/messages", dependencies=[NOTED_VIEW])
async def messages(session: SessionDep, ticket: TicketDep, addresses: AddressesDep, page: PageQuery) -> Document:
    after = open_cursor(page.cursor, f"messages of {ticket.id}")
    found = await ticket_queries.list_message_page(
        session, ticket.id, after=after.id if after else 0, limit=page.limit + 1
    )
    shown = await read_messages(session, found[: page.limit], addresses)
    items = map(documents.message_document, shown)
    return page_document(items, _next(found, page, f"messages of {ticket.id}", lambda each: each.ticket_version))


@router.get("/tickets/{number}/events", dependencies=[NOTED_VIEW])
async def events(
    session: SessionDep, ticket: TicketDep, viewer: ViewerDep, choices: ChoicesDep, page: PageQuery
) -> Document:
    after = open_cursor(page.cursor, f"events of {ticket.id}")
    found = await ticket_queries.list_event_page(
        session, ticket.id, after=after.id if after else 0, limit=page.limit + 1
    )
    names = await with_tickets(session, found, choices.names, viewer)
    items = (documents.event_document(each, names) for each in found[: page.limit])
    return page_document(items, _next(found, page, f"events of {ticket.id}", lambda each: each.id))


@router.get("/statuses")
async def statuses(viewer: ViewerDep, choices: ChoicesDep, page: PageQuery) -> Document:
    return _part(map(documents.status_document, choices.statuses), page, "statuses")


@router.get("/categories")
async def categories(viewer: ViewerDep, choices: ChoicesDep, page: PageQuery) -> Document:
    return _part(({"id": each.id, "name": each.name} for each in choices.categories), page, "categories")


@router.get("/labels")
async def labels(viewer: ViewerDep, choices: ChoicesDep, page: PageQuery) -> Document:
    return _part(({"id": each.id, "name": each.name} for each in choices.labels), page, "labels")


@router.get("/channels")
async def channels(session: SessionDep, sight: SightDep, page: PageQuery) -> Document:
    return _part(await channel_documents(session, sight), page, "channels")


def _part(documents: Iterable[Document], page: PageForm, conditions: str) -> Document:
    """A page of what is few enough to be read at once."""
    after = open_cursor(page.cursor, conditions)
    everything = list(documents)
    ids = [each["id"] for each in everything]
    start = ids.index(after.id) + 1 if after and after.id in ids else 0
    found = everything[start : start + page.limit + 1]
    return page_document(found[: page.limit], _next(found, page, conditions, lambda each: int(each["id"])))


def _next(found: Any, page: PageForm, conditions: str, key: Callable[[Any], int]) -> str | None:
    if len(found) <= page.limit:
        return None
    last = key(found[page.limit - 1])
    return Cursor.after(last, last).seal(conditions)
