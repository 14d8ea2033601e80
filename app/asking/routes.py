"""Questions for people: asked on a page of their ticket, answered on their own page, listed in the ledger."""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audit_models import AuditKind
from app.accounts.deps import TrailDep
from app.asking import views as asking
from app.asking.forms import AnsweringForm, AskForm, EndingForm
from app.core.clock import now
from app.core.errors import Conflict, Invalid
from app.core.i18n import gettext
from app.escalations import ledger, service, views
from app.escalations.deps import Held, HeldDep
from app.escalations.forms import LedgerForm
from app.escalations.models import Outcome
from app.inbox.choices import Choices
from app.inbox.deps import ChoicesDep, SightDep
from app.inbox.desk import Sight
from app.inbox.filtering import WAYS_BACK
from app.inbox.frame import read_frame
from app.inbox.row_queries import read_moment
from app.inbox.service import position_of
from app.notices import queries as notices
from app.tickets.attachments import signed_url
from app.tickets.deps import TicketDep
from app.tickets.models import Ticket
from app.web.deps import DatabaseDep, SecretBoxDep, SessionDep, SettingsDep
from app.web.entries import NOTHING_TYPED, Entry, attempt
from app.web.templates import render
from app.web.unit_of_work import unit_of_work_router

SEE_OTHER = 303
router = unit_of_work_router()


@router.get("/tickets/{number}/escalations/new")
async def show_form(
    request: Request, session: SessionDep, ticket: TicketDep, sight: SightDep, choices: ChoicesDep, parent: int = 0
) -> Response:
    return await _form(request, session, ticket, sight, choices, parent_id=parent)


@router.post("/tickets/{number}/escalations")
async def ask(
    request: Request,
    session: SessionDep,
    ticket: TicketDep,
    sight: SightDep,
    choices: ChoicesDep,
    settings: SettingsDep,
    box: SecretBoxDep,
) -> Response:
    by = sight.viewer.agent

    async def verb(form: AskForm) -> Response:
        await service.ask(session, ticket, form.understood(settings.zone), by=by, box=box)
        return RedirectResponse(f"/tickets/{ticket.number}#escalations", SEE_OTHER)

    async def again(entry: Entry) -> Response:
        return await _form(request, session, ticket, sight, choices, entry=entry)

    return await attempt(request, AskForm, verb, again)


@router.get("/escalations")
async def show_ledger(
    request: Request,
    session: SessionDep,
    database: DatabaseDep,
    sight: SightDep,
    choices: ChoicesDep,
    settings: SettingsDep,
    trail: TrailDep,
) -> Response:
    """The conditions are in the address; what makes no sense is said at its field."""
    asked = {name: value for name, value in request.query_params.items() if value}
    back = asked.pop("back", "")
    entry = Entry(asked, was_sent=True)
    try:
        form = LedgerForm.model_validate(entry.values)
        found, next_cursor = await ledger.read_page(session, sight.viewer, form, settings.zone)
    except (Invalid, ValueError):
        form, found, next_cursor = LedgerForm.model_validate({}), (), None
        entry = Entry(entry.values, {"": gettext("Please look at the conditions again.")}, was_sent=True)
    trail.note(AuditKind.VIEW, subject="escalation_steps", conditions=form.conditions)
    context = {
        "steps": found,
        "next_cursor": next_cursor,
        "entry": entry,
        "keeps_ledger": asking.keeps_ledger(sight),
        "query": _query(request),
        "back": back if back.startswith(WAYS_BACK) else "",
        **await asking.read_options(session, choices),
    }
    return await _page(request, session, database, sight, choices, "escalations/ledger.html", context)


@router.get("/escalations/{escalation_id}")
async def show_one(
    request: Request,
    session: SessionDep,
    database: DatabaseDep,
    held: HeldDep,
    sight: SightDep,
    choices: ChoicesDep,
    trail: TrailDep,
) -> Response:
    trail.note(AuditKind.VIEW, subject="escalation_steps", subject_id=held.escalation.id)
    return await _show(request, session, held, sight, choices)


@router.post("/escalations/{escalation_id}/seen", status_code=204)
async def note_seen(session: SessionDep, held: HeldDep) -> None:
    """Who has it before their eyes need not be told of it any more."""
    await notices.mark_read(session, held.viewer.agent.id, escalation_id=held.escalation.id)


@router.post("/escalations/{escalation_id}/answer")
async def answer(
    request: Request, session: SessionDep, held: HeldDep, sight: SightDep, choices: ChoicesDep
) -> Response:
    held.require_answering()

    async def verb(form: AnsweringForm) -> None:
        await service.answer(session, held.ticket, held.escalation, form.text, by=held.viewer.agent)

    return await _do(request, session, held, sight, choices, AnsweringForm, verb)


@router.post("/escalations/{escalation_id}/return")
async def give_back(
    request: Request, session: SessionDep, held: HeldDep, sight: SightDep, choices: ChoicesDep
) -> Response:
    held.require_answering()

    async def verb(form: AnsweringForm) -> None:
        await service.give_back(session, held.ticket, held.escalation, form.text, by=held.viewer.agent)

    return await _do(request, session, held, sight, choices, AnsweringForm, verb)


@router.post("/escalations/{escalation_id}/question")
async def ask_again(
    request: Request, session: SessionDep, held: HeldDep, sight: SightDep, choices: ChoicesDep, box: SecretBoxDep
) -> Response:
    held.require_managing()

    async def verb(form: AnsweringForm) -> None:
        by = held.viewer.agent
        await service.ask_again(session, held.ticket, held.escalation, form.text, by=by, box=box)

    return await _do(request, session, held, sight, choices, AnsweringForm, verb)


@router.post("/escalations/{escalation_id}/withdraw")
async def withdraw(
    request: Request, session: SessionDep, held: HeldDep, sight: SightDep, choices: ChoicesDep
) -> Response:
    return await _end(request, session, held, sight, choices, Outcome.WITHDRAWN)


@router.post("/escalations/{escalation_id}/close")
async def close(request: Request, session: SessionDep, held: HeldDep, sight: SightDep, choices: ChoicesDep) -> Response:
    return await _end(request, session, held, sight, choices, Outcome.CLOSED)


async def _end(
    request: Request, session: AsyncSession, held: Held, sight: Sight, choices: Choices, outcome: Outcome
) -> Response:
    held.require_managing()

    async def verb(form: EndingForm) -> None:
        by = held.viewer.agent
        await service.end(session, held.ticket, held.escalation, outcome, by=by, comment=form.text)

    return await _do(request, session, held, sight, choices, EndingForm, verb)


async def _do(
    request: Request,
    session: AsyncSession,
    held: Held,
    sight: Sight,
    choices: Choices,
    form: type[Any],
    verb: Callable[[Any], Awaitable[None]],
) -> Response:
    """Back to the question; who was second sees what happened, with what they wrote."""
    typed: dict[str, str] = {}

    async def carried(values: Any) -> Response:
        typed["text"] = values.text
        await verb(values)
        return RedirectResponse(f"/escalations/{held.escalation.id}", SEE_OTHER)

    async def again(entry: Entry) -> Response:
        return await _show(request, session, held, sight, choices, entry)

    try:
        return await attempt(request, form, carried, again)
    except Conflict as conflict:
        entry = Entry(typed, {"": gettext(conflict.message)}, was_sent=True)
        answer = await _show(request, session, held, sight, choices, entry)
        answer.status_code = conflict.status_code
        return answer


async def _show(
    request: Request, session: AsyncSession, held: Held, sight: Sight, choices: Choices, entry: Entry = NOTHING_TYPED
) -> Response:
    box = request.app.state.secret_box
    view = await views.read_one(session, held.escalation.id, held.viewer)
    files = {each.id: signed_url(box, each.id, each.name, now()) for each in (*view.files, *view.answer_files)}
    context = {"step": view, "files": files, "entry": entry}
    return await _page(
        request, session, request.app.state.database, sight, choices, "escalations/escalation.html", context
    )


async def _form(
    request: Request,
    session: AsyncSession,
    ticket: Ticket,
    sight: Sight,
    choices: Choices,
    *,
    entry: Entry = NOTHING_TYPED,
    parent_id: int = 0,
) -> Response:
    context = {
        "ticket": ticket,
        "entry": entry,
        "parent_id": parent_id or "",
        "files": await asking.list_files(session, ticket.id),
        "me": sight.viewer.agent.id,
        **await asking.read_options(session, choices),
    }
    return await _page(request, session, request.app.state.database, sight, choices, "escalations/new.html", context)


async def _page(
    request: Request,
    session: AsyncSession,
    database: Any,
    sight: Sight,
    choices: Choices,
    name: str,
    context: dict[str, Any],
) -> Response:
    position = position_of(await read_moment(session))
    frame = await read_frame(session, database.room, sight, choices)
    entry: Entry = context["entry"]
    everything = {**frame, **asking.words(), **context, "position": position}
    return render(request, name, everything, status_code=entry.status_code)


def _query(request: Request) -> str:
    """The conditions without the place in the list and the way back."""
    parts = request.url.query.split("&")
    return "&".join(part for part in parts if part and not part.startswith(("cursor=", "back=")))
