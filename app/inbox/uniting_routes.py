"""What the dialog for putting customers together shows."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.accounts.deps import ViewerDep
from app.inbox import uniting
from app.tickets.deps import TicketDep
from app.web.deps import SessionDep
from app.web.templates import render
from app.web.unit_of_work import unit_of_work_router

router = unit_of_work_router(prefix="/tickets/{number}/customers")

WordsQuery = Annotated[str, Query(max_length=200)]


@router.get("")
async def dialog(request: Request, session: SessionDep, ticket: TicketDep, viewer: ViewerDep) -> Response:
    card = await uniting.read_card(session, ticket, viewer=viewer)
    found = await uniting.find_candidates(session, ticket, "", viewer=viewer)
    return render(request, "inbox/_uniting.html", {"ticket": ticket, "card": card, "cards": found, "q": ""})


@router.get("/found")
async def found(
    request: Request, session: SessionDep, ticket: TicketDep, viewer: ViewerDep, q: WordsQuery = ""
) -> Response:
    cards = await uniting.find_candidates(session, ticket, q, viewer=viewer)
    return render(request, "inbox/_uniting_found.html", {"cards": cards, "q": q})
