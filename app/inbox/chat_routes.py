"""The open chats beside the work, and whom one of them can be given to."""

from fastapi import Request, Response

from app.accounts.deps import CurrentAgent
from app.inbox.chats import chat_document, list_colleagues, read_chats
from app.inbox.deps import SightDep
from app.tickets.deps import TicketDep
from app.web.deps import SessionDep
from app.web.templates import render
from app.web.unit_of_work import unit_of_work_router

router = unit_of_work_router()
api = unit_of_work_router(tags=["chat"])


@router.get("/chats")
async def chats(request: Request, session: SessionDep, sight: SightDep) -> Response:
    return render(request, "inbox/_chats.html", {"chats": await read_chats(session, sight)})


@router.get("/tickets/{number}/handover")
async def colleagues(request: Request, session: SessionDep, ticket: TicketDep, agent: CurrentAgent) -> Response:
    return render(request, "inbox/_giving.html", {"groups": await list_colleagues(session, ticket, by=agent)})


@api.get("/chats")
async def open_chats(session: SessionDep, sight: SightDep) -> dict[str, object]:
    """One's own and nobody's, the longest waiting first."""
    found = await read_chats(session, sight)
    return {"items": [chat_document(line) for line in found.lines], "next_cursor": None}
