"""People and their invitations."""

from typing import Any

from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import invitations, people, people_queries, queries
from app.accounts.deps import CurrentAgent
from app.accounts.forms import InvitationForm, PersonForm
from app.accounts.models import Agent, Role
from app.administration.pages import admin_router, saved, show
from app.administration.people import ROLE_MEANINGS, ROLE_NAMES, list_invited, list_people
from app.core.errors import NotFound
from app.core.i18n import gettext
from app.web.deps import RowId, SessionDep, SettingsDep
from app.web.entries import NOTHING_TYPED, Entry, attempt

PATH = "/admin/people"
router = admin_router("people")


@router.get("")
async def show_people(request: Request, session: SessionDep) -> Response:
    context: dict[str, Any] = {
        "people": await list_people(session),
        "invited": await list_invited(session),
        "roles": ROLE_NAMES,
    }
    return show(request, "people.html", **context)


@router.get("/invitations/new")
async def show_invitation_form(request: Request, session: SessionDep) -> Response:
    return await _invitation_page(request, session)


@router.post("/invitations")
async def invite(request: Request, session: SessionDep, admin: CurrentAgent, settings: SettingsDep) -> Response:
    async def verb(form: InvitationForm) -> Response:
        token = await invitations.invite(session, form, by=admin)
        link = f"{settings.base_url.rstrip('/')}/invitations/{token}"
        return show(request, "invited.html", link=link, email=form.email)

    return await attempt(request, InvitationForm, verb, lambda entry: _invitation_page(request, session, entry))


@router.post("/invitations/{invitation_id}/withdrawal")
async def withdraw(session: SessionDep, admin: CurrentAgent, invitation_id: RowId) -> Response:
    invitation = await people_queries.get_invitation(session, invitation_id)
    if invitation is None:
        raise NotFound(invitation_id=invitation_id)
    await invitations.withdraw(session, invitation, by=admin)
    return saved(PATH)


@router.get("/{agent_id}")
async def show_person(request: Request, session: SessionDep, agent_id: RowId) -> Response:
    return await _person_page(request, session, await queries.get_agent(session, agent_id))


@router.post("/{agent_id}")
async def change_person(request: Request, session: SessionDep, admin: CurrentAgent, agent_id: RowId) -> Response:
    person = await queries.get_agent(session, agent_id)

    async def verb(form: PersonForm) -> Response:
        await people.change(session, person, form, by=admin)
        return saved(f"{PATH}/{person.id}")

    return await attempt(request, PersonForm, verb, lambda entry: _person_page(request, session, person, entry))


@router.post("/{agent_id}/disabling")
async def disable(session: SessionDep, admin: CurrentAgent, agent_id: RowId) -> Response:
    await people.disable(session, await queries.get_agent(session, agent_id), by=admin)
    return saved(f"{PATH}/{agent_id}")


@router.post("/{agent_id}/enabling")
async def enable(session: SessionDep, admin: CurrentAgent, agent_id: RowId) -> Response:
    await people.enable(session, await queries.get_agent(session, agent_id), by=admin)
    return saved(f"{PATH}/{agent_id}")


@router.post("/{agent_id}/sessions/end")
async def end_sessions(session: SessionDep, admin: CurrentAgent, agent_id: RowId) -> Response:
    await people.end_sessions(session, await queries.get_agent(session, agent_id), by=admin)
    return saved(f"{PATH}/{agent_id}")


async def _invitation_page(request: Request, session: AsyncSession, entry: Entry = NOTHING_TYPED) -> Response:
    return show(request, "invitation.html", entry, **await _choices(session))


async def _person_page(
    request: Request, session: AsyncSession, person: Agent, entry: Entry = NOTHING_TYPED
) -> Response:
    context = {
        "person": person,
        "team_ids": list(await queries.list_team_ids(session, person.id)),
        "session_count": await people_queries.count_sessions(session, person.id),
        **await _choices(session),
    }
    return show(request, "person.html", entry, **context)


async def _choices(session: AsyncSession) -> dict[str, Any]:
    teams = [(team.id, team.name) for team in await queries.list_teams(session) if team.archived_at is None]
    roles = [(role.value, gettext(ROLE_NAMES[role]), gettext(ROLE_MEANINGS[role])) for role in Role]
    return {"teams": teams, "roles": roles}
