from fastapi import Request, Response

from app.accounts.deps import ViewerDep
from app.notices import queries, service
from app.web.deps import SessionDep
from app.web.templates import render
from app.web.unit_of_work import unit_of_work_router

router = unit_of_work_router(prefix="/notices")


@router.get("")
async def show(request: Request, session: SessionDep, viewer: ViewerDep) -> Response:
    return await _show(request, session, viewer)


@router.post("/read")
async def read(request: Request, session: SessionDep, viewer: ViewerDep) -> Response:
    await queries.mark_read(session, viewer.agent.id)
    return await _show(request, session, viewer)


async def _show(request: Request, session: SessionDep, viewer: ViewerDep) -> Response:
    return render(request, "notices/_list.html", {"notices": await service.list_notices(session, viewer)})
