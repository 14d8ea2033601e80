"""My page, and the bars above the desk."""

from fastapi import Request, Response

from app.inbox.deps import ChoicesDep, SightDep
from app.inbox.desk import read_desk
from app.inbox.home import read_bars, read_home
from app.inbox.own_tabs import read_own_tabs
from app.inbox.sending import read_holding, read_not_sent
from app.inbox.troubles import read_troubles
from app.web.deps import DatabaseDep, SessionDep
from app.web.templates import render
from app.web.unit_of_work import unit_of_work_router

router = unit_of_work_router()


@router.get("/home")
async def show_home(
    request: Request, session: SessionDep, database: DatabaseDep, sight: SightDep, choices: ChoicesDep
) -> Response:
    home = await read_home(session, sight.viewer)
    if "hx-request" in request.headers:
        return render(request, "inbox/_home.html", {"home": home, "teams": choices.teams})
    desk = await read_desk(session, sight, choices, None)
    context = {
        "home": home,
        "teams": choices.teams,
        "desk": desk,
        "own_tabs": await read_own_tabs(session, sight, choices),
        "bars": [],
        "troubles": await read_troubles(session, database.room),
        "holding": await read_holding(session, sight.viewer),
        "not_sent": await read_not_sent(session, sight.viewer),
        "tab": "",
        "channel": None,
    }
    return render(request, "inbox/home.html", context)


@router.get("/bulletin")
async def show_bars(request: Request, session: SessionDep, database: DatabaseDep, sight: SightDep) -> Response:
    """The bars above the desk."""
    bars, troubles = await read_bars(session, sight.viewer), await read_troubles(session, database.room)
    return render(request, "inbox/_bars.html", {"bars": bars, "troubles": troubles})
