from typing import Annotated, Any

from fastapi import Query

from app.accounts.deps import ViewerDep
from app.calls import service
from app.calls.callers import Caller, find_callers
from app.calls.forms import CallForm
from app.core.clock import rfc3339
from app.tickets.deps import DocumentsDep
from app.web.deps import SessionDep
from app.web.unit_of_work import unit_of_work_router

router = unit_of_work_router(prefix="/calls", tags=["calls"])

WordsQuery = Annotated[str, Query(max_length=200)]


@router.post("", status_code=201)
async def note_call(form: CallForm, session: SessionDep, viewer: ViewerDep, documents: DocumentsDep) -> dict[str, Any]:
    """A phone note: opens a ticket, or joins one; answers with the ticket."""
    ticket = await service.note_call(session, form, viewer=viewer)
    return await documents.ticket(session, ticket.id)


@router.get("/callers")
async def list_callers(session: SessionDep, viewer: ViewerDep, q: WordsQuery = "") -> dict[str, Any]:
    """Who may be calling: by how a number in any spelling, a name or its reading begins."""
    return {"items": [_caller(each) for each in await find_callers(session, q, viewer=viewer)], "next_cursor": None}


def _caller(caller: Caller) -> dict[str, Any]:
    return {
        "id": caller.id,
        "name": caller.name,
        "reading": caller.reading,
        "company": caller.company,
        "tels": list(caller.tels),
        "is_exact": caller.is_exact,
        "ticket_count": caller.ticket_count,
        "last_activity_at": rfc3339(caller.last_activity_at),
        "tickets": [{"number": each.number, "subject": each.subject, "status": each.status} for each in caller.tickets],
    }
