"""What the dialogs for merging, splitting and linking show."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.accounts.deps import ViewerDep
from app.inbox import joining, joining_queries
from app.inbox.deps import AddressesDep, SightDep
from app.inbox.ticket_queries import list_messages
from app.inbox.timeline import read_messages
from app.tickets.deps import TicketDep
from app.web.deps import SessionDep, SettingsDep
from app.web.templates import render
from app.web.unit_of_work import unit_of_work_router

router = unit_of_work_router()

NumbersQuery = Annotated[list[int], Query(min_length=2, max_length=joining_queries.MAX_CANDIDATES)]


@router.get("/tickets/{number}/joining")
async def dialog(
    request: Request, session: SessionDep, ticket: TicketDep, sight: SightDep, settings: SettingsDep, purpose: str = ""
) -> Response:
    rows = await joining.find_candidates(session, ticket, "", sight=sight, zone=settings.zone)
    context = {"ticket": ticket, "purpose": purpose, "rows": rows, "messages": (), "q": ""}
    return render(request, "inbox/_joining.html", context)


@router.get("/tickets/{number}/joining/messages")
async def split_dialog(
    request: Request,
    session: SessionDep,
    ticket: TicketDep,
    sight: SightDep,
    settings: SettingsDep,
    addresses: AddressesDep,
) -> Response:
    rows = await joining.find_candidates(session, ticket, "", sight=sight, zone=settings.zone)
    messages = await read_messages(session, await list_messages(session, ticket.id), addresses)
    context = {"ticket": ticket, "purpose": "split", "rows": rows, "messages": messages, "q": ""}
    return render(request, "inbox/_joining.html", context)


@router.get("/tickets/{number}/joining/found")
async def found(
    request: Request, session: SessionDep, ticket: TicketDep, sight: SightDep, settings: SettingsDep, q: str = ""
) -> Response:
    rows = await joining.find_candidates(session, ticket, q, sight=sight, zone=settings.zone)
    return render(request, "inbox/_joining_found.html", {"rows": rows, "q": q})


@router.get("/joining/several")
async def several(request: Request, session: SessionDep, viewer: ViewerDep, number: NumbersQuery) -> Response:
    """Of those that were ticked in the list, which one remains."""
    rows = await joining.list_several(session, number, viewer=viewer)
    return render(request, "inbox/_joining.html", {"purpose": "several", "rows": rows, "messages": (), "q": ""})
