"""A chat's verbs for agents, and who its visitor is; they answer what a read would tell."""

from typing import Any

from app.accounts.deps import ViewerDep
from app.chat import blocking, ending
from app.chat.desk_forms import BlockForm, EndForm
from app.inbox.visitors import get_visitor, visitor_document
from app.tickets.deps import DocumentsDep, TicketDep
from app.web.deps import SessionDep
from app.web.unit_of_work import unit_of_work_router

router = unit_of_work_router(prefix="/tickets/{number}", tags=["chat"])


@router.get("/visitor")
async def visitor(session: SessionDep, ticket: TicketDep) -> dict[str, Any]:
    """404 on a ticket that no visitor of a website is on."""
    return visitor_document(await get_visitor(session, ticket.id))


@router.post("/chat-end")
async def end_chat(
    form: EndForm, session: SessionDep, ticket: TicketDep, viewer: ViewerDep, documents: DocumentsDep
) -> dict[str, Any]:
    """The visitor begins anew by writing again. With the ticket's next status and a transcript, if wished."""
    await ending.end(session, ticket, form, by=viewer.agent)
    await session.flush()
    return await documents.ticket(session, ticket.id)


@router.put("/visitor/block")
async def block(form: BlockForm, session: SessionDep, ticket: TicketDep, viewer: ViewerDep) -> dict[str, Any]:
    """They cannot write, read or be written to in the chat until somebody takes it back."""
    await blocking.block(session, ticket, reason=form.reason, by=viewer.agent)
    await session.flush()
    return visitor_document(await get_visitor(session, ticket.id))


@router.delete("/visitor/block")
async def unblock(session: SessionDep, ticket: TicketDep, viewer: ViewerDep) -> dict[str, Any]:
    await blocking.unblock(session, ticket, by=viewer.agent)
    await session.flush()
    return visitor_document(await get_visitor(session, ticket.id))
