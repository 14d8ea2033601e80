"""The API's verbs of tickets; they answer what a read would tell."""

from typing import Any

from app.accounts.deps import ViewerDep
from app.tickets import changing, disposal, intake, service, undoing
from app.tickets.deps import DocumentsDep, TicketDep
from app.tickets.forms import HandoverForm, NoteForm, TicketForm, TicketPatch
from app.tickets.history_models import Actor
from app.web.deps import RowId, SessionDep
from app.web.unit_of_work import unit_of_work_router

router = unit_of_work_router(tags=["tickets"])


@router.post("/tickets", status_code=201)
async def open_ticket(
    form: TicketForm, session: SessionDep, viewer: ViewerDep, documents: DocumentsDep
) -> dict[str, Any]:
    """A phone note, or what a program hands in on an API channel."""
    ticket = await intake.take_down(session, form, viewer=viewer)
    return await documents.ticket(session, ticket.id)


@router.patch("/tickets/{number}")
async def change_ticket(
    patch: TicketPatch, session: SessionDep, ticket: TicketDep, viewer: ViewerDep, documents: DocumentsDep
) -> dict[str, Any]:
    """Changes what is named; `null` clears an assignee, team or category."""
    await changing.change(session, ticket, patch, by=viewer.agent)
    await session.flush()
    return await documents.ticket(session, ticket.id)


@router.post("/tickets/{number}/handover")
async def hand_over(
    form: HandoverForm, session: SessionDep, ticket: TicketDep, viewer: ViewerDep, documents: DocumentsDep
) -> dict[str, Any]:
    """Assigned to a colleague who sees it, with an internal comment, in one act."""
    await changing.hand_over(session, ticket, form, by=viewer.agent)
    await session.flush()
    return await documents.ticket(session, ticket.id)


@router.post("/tickets/{number}/notes", status_code=201)
async def add_note(
    form: NoteForm, session: SessionDep, ticket: TicketDep, viewer: ViewerDep, documents: DocumentsDep
) -> dict[str, Any]:
    """An internal comment; `@email` mentions a colleague."""
    note = await service.add_note(session, ticket, form.text, by=viewer.agent)
    await session.flush()
    return await documents.message(session, note.id)


@router.post("/tickets/{number}/spam")
async def mark_spam(
    session: SessionDep, ticket: TicketDep, viewer: ViewerDep, documents: DocumentsDep
) -> dict[str, Any]:
    """Nowhere but in the spam view, until it is restored; what the sender writes then stays there too."""
    disposal.mark_spam(session, ticket, True, by=Actor.agent(viewer.agent))
    await session.flush()
    return await documents.ticket(session, ticket.id)


@router.delete("/tickets/{number}/spam")
async def unmark_spam(
    session: SessionDep, ticket: TicketDep, viewer: ViewerDep, documents: DocumentsDep
) -> dict[str, Any]:
    disposal.mark_spam(session, ticket, False, by=Actor.agent(viewer.agent))
    await session.flush()
    return await documents.ticket(session, ticket.id)


@router.post("/tickets/{number}/trash")
async def trash(session: SessionDep, ticket: TicketDep, viewer: ViewerDep, documents: DocumentsDep) -> dict[str, Any]:
    """Nowhere but in the trash, until it is restored or the customer writes again; nothing is deleted."""
    disposal.trash(session, ticket, True, by=Actor.agent(viewer.agent))
    await session.flush()
    return await documents.ticket(session, ticket.id)


@router.delete("/tickets/{number}/trash")
async def restore(session: SessionDep, ticket: TicketDep, viewer: ViewerDep, documents: DocumentsDep) -> dict[str, Any]:
    disposal.trash(session, ticket, False, by=Actor.agent(viewer.agent))
    await session.flush()
    return await documents.ticket(session, ticket.id)


@router.post("/tickets/{number}/events/{event_id}/undo")
async def undo(
    event_id: RowId, session: SessionDep, ticket: TicketDep, viewer: ViewerDep, documents: DocumentsDep
) -> dict[str, Any]:
    """Takes one change back; 409 when the same was changed again since."""
    await undoing.undo(session, ticket, event_id, by=Actor.agent(viewer.agent))
    await session.flush()
    return await documents.ticket(session, ticket.id)
