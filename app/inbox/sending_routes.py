"""What waits to be sent: the page, and the countdown of what was sent a moment ago."""

from fastapi import Request, Response

from app.inbox.deps import ChoicesDep, SightDep
from app.inbox.desk import read_desk
from app.inbox.own_tabs import read_own_tabs
from app.inbox.sending import read_holding, read_not_sent, read_sending
from app.inbox.troubles import read_troubles
from app.web.deps import DatabaseDep, SessionDep
from app.web.templates import render
from app.web.unit_of_work import unit_of_work_router

router = unit_of_work_router(prefix="/sending")


@router.get("")
async def show_sending(
    request: Request,
    session: SessionDep,
    database: DatabaseDep,
    sight: SightDep,
    choices: ChoicesDep,
    whose: str = "",
) -> Response:
    viewer = sight.viewer
    is_mine = whose == "mine" or not (whose == "all" or viewer.agent.role.leads)
    sending = await read_sending(session, viewer, is_mine=is_mine)
    if "hx-request" in request.headers:
        return render(request, "inbox/_sending.html", {"sending": sending})
    context = {
        "sending": sending,
        "desk": await read_desk(session, sight, choices, None),
        "own_tabs": await read_own_tabs(session, sight, choices),
        "bars": [],
        "troubles": await read_troubles(session, database.room),
        "holding": await read_holding(session, viewer),
        "not_sent": await read_not_sent(session, viewer),
        "tab": "",
        "is_sending": True,
        "channel": None,
    }
    return render(request, "inbox/sending.html", context)


@router.get("/holding")
async def show_holding(request: Request, session: SessionDep, sight: SightDep) -> Response:
    viewer = sight.viewer
    context = {"holding": await read_holding(session, viewer), "not_sent": await read_not_sent(session, viewer)}
    return render(request, "inbox/_holding.html", context)
