"""The verbs of tickets as forms of pages: each goes back to the ticket, with the list beside it as it was."""

from typing import Annotated
from urllib.parse import parse_qsl, urlencode, urlsplit

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse

from app.accounts.deps import CurrentAgent
from app.tickets import assignment, closing, service
from app.tickets.deps import TicketDep
from app.tickets.forms import AssignmentForm, CategoryForm, NotePageForm, StatusForm, TeamForm
from app.tickets.history_models import Actor
from app.tickets.models import Ticket
from app.web.deps import SessionDep
from app.web.unit_of_work import unit_of_work_router

router = unit_of_work_router(prefix="/tickets/{number}")

KEPT = ("tab", "channel")

AssignmentDep = Annotated[AssignmentForm, Form()]
TeamDep = Annotated[TeamForm, Form()]
StatusDep = Annotated[StatusForm, Form()]
CategoryDep = Annotated[CategoryForm, Form()]
NotePageDep = Annotated[NotePageForm, Form()]


@router.post("/assignment")
async def assign(
    request: Request,
    session: SessionDep,
    ticket: TicketDep,
    agent: CurrentAgent,
    form: AssignmentDep,
) -> Response:
    to = await assignment.agent_by_id(session, form.assignee_id)
    await assignment.assign(session, ticket, to=to, by=Actor.agent(agent))
    return _back_to(ticket, request)


@router.post("/team")
async def hand_to_team(
    request: Request, session: SessionDep, ticket: TicketDep, agent: CurrentAgent, form: TeamDep
) -> Response:
    team = await assignment.team_by_id(session, form.team_id)
    await assignment.hand_to_team(session, ticket, to=team, by=Actor.agent(agent))
    return _back_to(ticket, request)


@router.post("/status")
async def set_status(
    request: Request, session: SessionDep, ticket: TicketDep, agent: CurrentAgent, form: StatusDep
) -> Response:
    status = await closing.status_by_key(session, form.status)
    await closing.set_status(session, ticket, status, by=Actor.agent(agent))
    return _back_to(ticket, request)


@router.post("/category")
async def categorise(
    request: Request, session: SessionDep, ticket: TicketDep, agent: CurrentAgent, form: CategoryDep
) -> Response:
    category = await assignment.category_by_id(session, form.category_id)
    assignment.categorise(session, ticket, as_=category, by=Actor.agent(agent))
    return _back_to(ticket, request)


@router.post("/notes")
async def add_note(
    request: Request, session: SessionDep, ticket: TicketDep, agent: CurrentAgent, form: NotePageDep
) -> Response:
    await service.add_note(session, ticket, form.text, by=agent)
    return _back_to(ticket, request)


def _back_to(ticket: Ticket, request: Request) -> Response:
    """With the tab and the mailbox of the page that asked."""
    page = request.headers.get("hx-current-url") or request.headers.get("referer", "")
    kept = [(name, value) for name, value in parse_qsl(urlsplit(page).query) if name in KEPT]
    query = f"?{urlencode(kept)}" if kept else ""
    return RedirectResponse(f"/tickets/{ticket.number}{query}", status_code=303)
