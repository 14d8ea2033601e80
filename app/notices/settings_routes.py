"""Which notices reach an agent, and how: their own page of the settings."""

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.deps import CurrentAgent
from app.accounts.models import Agent
from app.notices import choosing
from app.notices.forms import NoticesForm
from app.web.deps import SessionDep
from app.web.entries import NOTHING_TYPED, Entry, attempt
from app.web.templates import render
from app.web.unit_of_work import unit_of_work_router

SEE_OTHER = 303
router = unit_of_work_router(prefix="/settings/notices")


@router.get("")
async def show(request: Request, session: SessionDep, agent: CurrentAgent) -> Response:
    return await _page(request, session, agent)


@router.post("")
async def choose(request: Request, session: SessionDep, agent: CurrentAgent) -> Response:
    async def verb(form: NoticesForm) -> Response:
        await choosing.choose(session, agent, form)
        return RedirectResponse("/settings/notices?saved=1", SEE_OTHER)

    return await attempt(request, NoticesForm, verb, lambda entry: _page(request, session, agent, entry))


async def _page(request: Request, session: AsyncSession, agent: Agent, entry: Entry = NOTHING_TYPED) -> Response:
    choices = await choosing.read_choices(session, agent)
    context = {"agent": agent, "choices": choices, "entry": entry, "saved": "saved" in request.query_params}
    return render(request, "notices/settings.html", context, status_code=entry.status_code)
