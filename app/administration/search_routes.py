"""What the search box over all settings finds."""

from fastapi import Request, Response

from app.administration.finding import find
from app.administration.pages import admin_router, show
from app.web.deps import SessionDep

MAX_QUERY = 100
router = admin_router("search")


@router.get("")
async def search_settings(request: Request, session: SessionDep, q: str = "") -> Response:
    """The list alone where a script asks."""
    is_list = "hx-request" in request.headers
    query = q[:MAX_QUERY]
    template = "_found.html" if is_list else "search.html"
    return show(request, template, query=query, found=await find(session, query), is_list=is_list)
