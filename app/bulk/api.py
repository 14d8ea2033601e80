"""One act over many tickets: begun here, carried out beside the requests, looked at until it is finished."""

from typing import Annotated, Any

from fastapi import Depends

from app.accounts.deps import CurrentAgent, ViewerDep
from app.bulk import queries, service
from app.bulk.documents import run_document
from app.bulk.forms import BulkForm
from app.bulk.models import BulkRun
from app.core.errors import NotFound
from app.web.deps import RowId, SessionDep
from app.web.unit_of_work import unit_of_work_router

router = unit_of_work_router(prefix="/bulk", tags=["bulk"])


async def _run(run_id: RowId, session: SessionDep, agent: CurrentAgent) -> BulkRun:
    run = await queries.find_run(session, run_id, agent_id=agent.id)
    if run is None:
        raise NotFound(run_id=run_id)
    return run


RunDep = Annotated[BulkRun, Depends(_run)]


@router.post("", status_code=201)
async def begin(form: BulkForm, session: SessionDep, viewer: ViewerDep) -> dict[str, Any]:
    """Up to 1,000 tickets; each is done, unchanged, or refused with a reason."""
    return await run_document(session, await service.begin(session, form, viewer=viewer), viewer)


@router.get("/{run_id}")
async def show(session: SessionDep, run: RunDep, viewer: ViewerDep) -> dict[str, Any]:
    return await run_document(session, run, viewer)


@router.post("/{run_id}/undo", status_code=201)
async def undo(session: SessionDep, run: RunDep, viewer: ViewerDep) -> dict[str, Any]:
    """Another run, that takes back what nobody changed since."""
    return await run_document(session, await service.undo(session, run), viewer)
