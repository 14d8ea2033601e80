from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request, Response

from app.accounts.deps import CurrentAgent, ViewerDep
from app.notices import queries, reading, service
from app.tickets.deps import TicketDep
from app.web.deps import DatabaseDep, SessionDep
from app.web.reading import reading_router
from app.web.templates import render
from app.web.unit_of_work import unit_of_work_router

pages = unit_of_work_router()
looks = reading_router()
"""What a browser tells by itself while somebody reads: it holds no ticket's row, and writes little."""


@pages.get("/notices")
async def show(request: Request, session: SessionDep, viewer: ViewerDep) -> Response:
    return await _show(request, session, viewer)


@pages.post("/notices/read")
async def read(request: Request, session: SessionDep, viewer: ViewerDep) -> Response:
    await queries.mark_read(session, viewer.agent.id)
    return await _show(request, session, viewer)


@pages.get("/notices/fresh")
async def fresh(
    request: Request, session: SessionDep, viewer: ViewerDep, after: Annotated[int, Query(ge=0, lt=2**63)] = 0
) -> Response:
    """What a browser shows on the desktop, each as a line with its words."""
    notices = await service.list_for_desktop(session, viewer, after=after)
    shows_text = await service.shows_text(session, viewer.agent)
    return render(request, "notices/_fresh.html", {"notices": notices, "shows_text": shows_text})


@pages.get("/tickets/{number}/people")
async def people(session: SessionDep, ticket: TicketDep) -> list[dict[str, Any]]:
    """Whom a note on this ticket can mention: nobody else sees it."""
    found = await queries.list_seeing(session, ticket.audience_id)
    return [{"id": each.id, "name": each.name, "reading": each.reading, "email": each.email} for each in found]


@looks.post("/tickets/{number}/read", status_code=204)
async def note_read(
    session: SessionDep,
    database: DatabaseDep,
    ticket: TicketDep,
    agent: CurrentAgent,
    version: Annotated[int, Form(ge=0, lt=2**31)],
) -> None:
    await reading.note_read(session, database, ticket, version=version, by=agent)


@pages.delete("/tickets/{number}/read")
async def mark_unread(session: SessionDep, ticket: TicketDep, agent: CurrentAgent) -> dict[str, int]:
    return {"version": await reading.mark_unread(session, ticket, by=agent)}


async def _show(request: Request, session: SessionDep, viewer: ViewerDep) -> Response:
    return render(request, "notices/_list.html", {"notices": await service.list_notices(session, viewer)})


router = APIRouter()
router.include_router(pages)
router.include_router(looks)
