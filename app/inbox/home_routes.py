"""My page, and the bars above the desk."""

from fastapi import Request, Response

from app.core.installation import find_sending_paused_at
from app.inbox.deps import ChoicesDep, SightDep
from app.inbox.frame import bars_above, read_frame
from app.inbox.home import read_bars, read_home
from app.web.deps import DatabaseDep, SessionDep
from app.web.templates import render
from app.web.unit_of_work import unit_of_work_router

router = unit_of_work_router()


@router.get("/home")
async def show_home(
    request: Request, session: SessionDep, database: DatabaseDep, sight: SightDep, choices: ChoicesDep
) -> Response:
    context = {"is_admin": sight.is_admin, "home": await read_home(session, sight), "teams": choices.teams}
    context["agents"] = choices.agents
    if "hx-request" in request.headers:
        return render(request, "inbox/_home.html", context)
    frame = await read_frame(session, database.room, sight, choices)
    return render(request, "inbox/home.html", {**frame, **context})


@router.get("/bulletin")
async def show_bars(
    request: Request, session: SessionDep, database: DatabaseDep, sight: SightDep, place: str = ""
) -> Response:
    is_paused = await find_sending_paused_at(session) is not None
    announced = await read_bars(session, sight.viewer)
    above = bars_above(database.room, sight, announced, is_sending_paused=is_paused)
    return render(request, "inbox/_bars.html", {"place": place, **above})
