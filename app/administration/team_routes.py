"""Teams: who is in them, and what they see."""

from collections import defaultdict
from typing import Any

from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import queries, team_queries, teams
from app.accounts.deps import CurrentAgent
from app.accounts.forms import TeamSettingsForm
from app.accounts.models import Team
from app.administration import choices
from app.administration.pages import admin_router, saved, show
from app.web.deps import RowId, SessionDep
from app.web.entries import NOTHING_TYPED, Entry, attempt

PATH = "/admin/teams"
router = admin_router("teams")


@router.get("")
async def show_teams(request: Request, session: SessionDep) -> Response:
    names = dict(await choices.channels(session))
    seen: defaultdict[int, list[str]] = defaultdict(list)
    for team_id, channel_id in await queries.list_owned_channels(session):
        seen[team_id].append(names.get(channel_id, ""))
    members: defaultdict[int, int] = defaultdict(int)
    for team_id, _ in await queries.list_members(session):
        members[team_id] += 1
    owned = {channel_id for _, channel_id in await queries.list_owned_channels(session)}
    context: dict[str, Any] = {
        "teams": sorted(await queries.list_teams(session), key=lambda team: team.archived_at is not None),
        "members": members,
        "channels": seen,
        "shared": [name for channel_id, name in names.items() if channel_id not in owned],
    }
    return show(request, "teams.html", **context)


@router.get("/new")
async def show_new_team(request: Request, session: SessionDep) -> Response:
    return await _page(request, session, None)


@router.post("")
async def make_team(request: Request, session: SessionDep, admin: CurrentAgent) -> Response:
    async def verb(form: TeamSettingsForm) -> Response:
        await _require_known(session, form)
        await teams.create(session, form, by=admin)
        return saved(PATH)

    return await attempt(request, TeamSettingsForm, verb, lambda entry: _page(request, session, None, entry))


@router.get("/{team_id}")
async def show_team(request: Request, session: SessionDep, team_id: RowId) -> Response:
    return await _page(request, session, await team_queries.get_team(session, team_id))


@router.post("/{team_id}")
async def change_team(request: Request, session: SessionDep, admin: CurrentAgent, team_id: RowId) -> Response:
    team = await team_queries.get_team(session, team_id)

    async def verb(form: TeamSettingsForm) -> Response:
        await _require_known(session, form)
        await teams.change(session, team, form, by=admin)
        return saved(f"{PATH}/{team.id}")

    return await attempt(request, TeamSettingsForm, verb, lambda entry: _page(request, session, team, entry))


@router.post("/{team_id}/archive")
async def archive(session: SessionDep, admin: CurrentAgent, team_id: RowId) -> Response:
    await teams.archive(session, await team_queries.get_team(session, team_id), by=admin)
    return saved(f"{PATH}/{team_id}")


@router.post("/{team_id}/restoration")
async def restore(session: SessionDep, admin: CurrentAgent, team_id: RowId) -> Response:
    await teams.restore(session, await team_queries.get_team(session, team_id), by=admin)
    return saved(f"{PATH}/{team_id}")


async def _page(request: Request, session: AsyncSession, team: Team | None, entry: Entry = NOTHING_TYPED) -> Response:
    member_ids = list(await team_queries.list_member_ids(session, team.id)) if team else []
    context: dict[str, Any] = {
        "team": team,
        "member_ids": member_ids,
        "channel_ids": list(await team_queries.list_channel_ids(session, team.id)) if team else [],
        "people": await choices.people(session, and_also=member_ids),
        "channels": await choices.channels(session),
    }
    return show(request, "team.html", entry, **context)


async def _require_known(session: AsyncSession, form: TeamSettingsForm) -> None:
    choices.require_known("channel_ids", form.channel_ids, await choices.channels(session))
    people = await choices.people(session, and_also=form.member_ids)
    choices.require_known("member_ids", form.member_ids, people)
