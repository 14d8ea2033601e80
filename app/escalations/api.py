"""Questions handed to others: asked, answered, given back, asked again, ended; and the ledger of them."""

from typing import Annotated, Any

from fastapi import Query
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audiences import Viewer
from app.accounts.audit_models import AuditKind
from app.accounts.deps import TrailDep, ViewerDep
from app.core.crypto import SecretBox
from app.escalations import ledger, queries, reasons, service, views
from app.escalations.deps import Held, HeldDep
from app.escalations.documents import escalation_document
from app.escalations.forms import AnswerForm, AskAgainForm, CommentForm, EndForm, EscalationForm, LedgerForm
from app.escalations.models import Outcome
from app.tickets.deps import TicketDep
from app.web.deps import SecretBoxDep, SessionDep, SettingsDep
from app.web.unit_of_work import unit_of_work_router

router = unit_of_work_router(tags=["escalations"])
Document = dict[str, Any]


@router.get("/tickets/{number}/escalations")
async def list_of_ticket(session: SessionDep, ticket: TicketDep, viewer: ViewerDep, box: SecretBoxDep) -> Document:
    """The whole chain: each question with those that were asked because of it after it."""
    found = await views.read_of_ticket(session, ticket.id, viewer)
    return {"items": [escalation_document(each, box) for each in found], "next_cursor": None}


@router.post("/tickets/{number}/escalations", status_code=201)
async def ask(
    form: EscalationForm, session: SessionDep, ticket: TicketDep, viewer: ViewerDep, box: SecretBoxDep
) -> Document:
    """To an agent, a team, or a guest by mail. The reply lock and the ticket's version do not matter here."""
    made = await service.ask(session, ticket, form, by=viewer.agent, box=box)
    return await _one(session, made.id, viewer, box)


@router.get("/escalations")
async def list_steps(
    session: SessionDep,
    viewer: ViewerDep,
    box: SecretBoxDep,
    settings: SettingsDep,
    trail: TrailDep,
    form: Annotated[LedgerForm, Query()],
) -> Document:
    """For cs, leads and admins every step of the tickets that they see; for everybody what concerns them."""
    trail.note(AuditKind.VIEW, subject="escalation_steps", conditions=form.conditions)
    found, next_cursor = await ledger.read_page(session, viewer, form, settings.zone)
    return {"items": [escalation_document(each, box) for each in found], "next_cursor": next_cursor}


@router.get("/escalations/reasons")
async def list_reasons(session: SessionDep, viewer: ViewerDep) -> Document:
    found = reasons.named(await queries.list_reasons(session))
    return {"items": [{"key": key, "name": name} for key, name in found], "next_cursor": None}


@router.get("/escalations/{escalation_id}")
async def show(session: SessionDep, held: HeldDep, box: SecretBoxDep, trail: TrailDep) -> Document:
    trail.note(AuditKind.VIEW, subject="escalation_steps", subject_id=held.escalation.id)
    return await _one(session, held.escalation.id, held.viewer, box)


@router.post("/escalations/{escalation_id}/escalations", status_code=201)
async def ask_on(form: EscalationForm, session: SessionDep, held: HeldDep, box: SecretBoxDep) -> Document:
    """By whoever is asked, also without sight of the ticket: with files of their own question alone."""
    held.require_answering()
    parent, by = held.escalation, held.viewer.agent
    made = await service.ask(session, held.ticket, form, by=by, box=box, because=parent)
    return await _one(session, made.id, held.viewer, box)


@router.post("/escalations/{escalation_id}/answer")
async def answer(form: AnswerForm, session: SessionDep, held: HeldDep, box: SecretBoxDep) -> Document:
    """It becomes a note on the ticket. Of two at once one wins, and the other is told what happened (409)."""
    held.require_answering()
    by = held.viewer.agent
    await service.answer(session, held.ticket, held.escalation, form.answer, by=by, file_ids=form.attachment_ids)
    return await _told(session, held, box)


@router.post("/escalations/{escalation_id}/return")
async def give_back(form: CommentForm, session: SessionDep, held: HeldDep, box: SecretBoxDep) -> Document:
    """To whoever asked, with what is missing."""
    held.require_answering()
    await service.give_back(session, held.ticket, held.escalation, form.comment, by=held.viewer.agent)
    return await _told(session, held, box)


@router.post("/escalations/{escalation_id}/question")
async def ask_again(form: AskAgainForm, session: SessionDep, held: HeldDep, box: SecretBoxDep) -> Document:
    """What came back goes out again, with what was missing; a guest gets a new link."""
    held.require_managing()
    by = held.viewer.agent
    await service.ask_again(session, held.ticket, held.escalation, form.comment, by=by, box=box, due_at=form.due_at)
    return await _told(session, held, box)


@router.post("/escalations/{escalation_id}/withdraw")
async def withdraw(form: EndForm, session: SessionDep, held: HeldDep, box: SecretBoxDep) -> Document:
    """Nobody needs an answer any more; a guest's link leads nowhere from then on."""
    return await _end(session, held, box, Outcome.WITHDRAWN, form)


@router.post("/escalations/{escalation_id}/close")
async def close(form: EndForm, session: SessionDep, held: HeldDep, box: SecretBoxDep) -> Document:
    """It was settled in another way, which `comment` may say."""
    return await _end(session, held, box, Outcome.CLOSED, form)


async def _end(session: AsyncSession, held: Held, box: SecretBox, outcome: Outcome, form: EndForm) -> Document:
    held.require_managing()
    by = held.viewer.agent
    await service.end(session, held.ticket, held.escalation, outcome, by=by, comment=form.comment)
    return await _told(session, held, box)


async def _told(session: AsyncSession, held: Held, box: SecretBox) -> Document:
    return await _one(session, held.escalation.id, held.viewer, box)


async def _one(session: AsyncSession, escalation_id: int, viewer: Viewer, box: SecretBox) -> Document:
    await session.flush()
    return escalation_document(await views.read_one(session, escalation_id, viewer), box)
