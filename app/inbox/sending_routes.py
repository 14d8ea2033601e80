"""What waits to be sent: the page, and the countdown of what was sent a moment ago."""

from fastapi import Request, Response

from app.inbox.deps import ChoicesDep, SightDep
from app.inbox.frame import read_frame
from app.inbox.sending import read_holding, read_sending
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
    is_mine = whose == "mine" or not (whose == "all" or sight.viewer.agent.role.leads)
    context = {"sending": await read_sending(session, sight.viewer, is_mine=is_mine)}
    if "hx-request" in request.headers:
        return render(request, "inbox/_sending.html", context)
    frame = await read_frame(session, database.room, sight, choices)
    return render(request, "inbox/sending.html", {**frame, **context})


@router.get("/holding")
async def show_holding(request: Request, session: SessionDep, sight: SightDep) -> Response:
    return render(request, "inbox/_holding.html", {"holding": await read_holding(session, sight.viewer)})
