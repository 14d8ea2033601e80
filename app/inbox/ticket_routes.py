"""Parts of a ticket that are fetched when they are wanted: its form, and the line that offers an undo."""

from fastapi import Request, Response

from app.accounts.deps import CurrentAgent
from app.inbox.deps import ChoicesDep
from app.inbox.details import find_undoable, read_details
from app.tickets.deps import TicketDep
from app.web.deps import SessionDep
from app.web.templates import render
from app.web.unit_of_work import unit_of_work_router

router = unit_of_work_router(prefix="/tickets/{number}")


@router.get("/details")
async def details(request: Request, session: SessionDep, ticket: TicketDep, choices: ChoicesDep) -> Response:
    context = {"ticket": ticket, "details": await read_details(session, ticket), "categories": choices.categories}
    return render(request, "inbox/_details.html", context)


@router.get("/undo")
async def undo(
    request: Request, session: SessionDep, ticket: TicketDep, agent: CurrentAgent, choices: ChoicesDep
) -> Response:
    """The flash line of what one did last; without anything to undo an empty answer."""
    event = await find_undoable(session, ticket, agent, choices.names)
    if event is None:
        return Response(status_code=204)
    return render(request, "inbox/_undo.html", {"ticket": ticket, "event": event})
