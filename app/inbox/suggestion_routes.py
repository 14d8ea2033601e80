"""Beside the category of a ticket that has none: which one it may be. Fetched when the ticket is there."""

from fastapi import Request, Response

from app.inbox.deps import ChoicesDep, SightDep
from app.inbox.suggestions import read_suggestion
from app.tickets.deps import TicketDep
from app.web.deps import SessionDep
from app.web.templates import render
from app.web.unit_of_work import unit_of_work_router

router = unit_of_work_router(prefix="/tickets/{number}")


@router.get("/category-suggestion")
async def show_suggestion(
    request: Request, session: SessionDep, ticket: TicketDep, sight: SightDep, choices: ChoicesDep
) -> Response:
    suggestion = await read_suggestion(session, ticket, viewer=sight.viewer, choices=choices)
    return render(request, "inbox/_category_suggestion.html", {"ticket": ticket, "suggestion": suggestion})
