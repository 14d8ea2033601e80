"""The page of absences: one's own, and for leads everybody's."""

from typing import Annotated

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import absence, queries
from app.accounts.absence_forms import AbsenceForm
from app.accounts.deps import CurrentAgent
from app.accounts.models import Agent
from app.core.errors import Invalid
from app.core.i18n import gettext
from app.web.deps import RowId, SessionDep, SettingsDep
from app.web.forms import words_by_field
from app.web.templates import render
from app.web.unit_of_work import unit_of_work_router

router = unit_of_work_router(prefix="/settings/absence")

PATH = "/settings/absence"
SEE_OTHER = 303


@router.get("")
async def show(request: Request, session: SessionDep, agent: CurrentAgent) -> Response:
    return await _page(request, session, agent)


@router.post("/{agent_id}")
async def go_away(
    request: Request,
    agent_id: RowId,
    session: SessionDep,
    agent: CurrentAgent,
    settings: SettingsDep,
    until: Annotated[str, Form()] = "",
) -> Response:
    colleague = await absence.colleague(session, agent_id, by=agent)
    try:
        last_day = AbsenceForm.model_validate({"until": until}).until
        absence.send_away(session, colleague, last_day=last_day, zone=settings.zone, by=agent)
    except (ValidationError, Invalid) as error:
        return await _page(request, session, agent, wrong={agent_id: _words(error)})
    return RedirectResponse(PATH, SEE_OTHER)


@router.post("/{agent_id}/end")
async def come_back(agent_id: RowId, session: SessionDep, agent: CurrentAgent) -> Response:
    absence.call_back(session, await absence.colleague(session, agent_id, by=agent), by=agent)
    return RedirectResponse(PATH, SEE_OTHER)


async def _page(
    request: Request, session: AsyncSession, agent: Agent, *, wrong: dict[int, str] | None = None
) -> Response:
    others = [each for each in await queries.list_agents(session) if each.is_active and each.id != agent.id]
    context = {"agent": agent, "people": [agent, *(others if agent.role.leads else [])], "wrong": wrong or {}}
    return render(request, "accounts/absence.html", context, status_code=422 if wrong else 200)


def _words(error: ValidationError | Invalid) -> str:
    return gettext(error.reason) if isinstance(error, Invalid) else words_by_field(error)["until"]
