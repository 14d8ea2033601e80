from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Query

from app.accounts import queries
from app.accounts.deps import CurrentAgent
from app.accounts.models import Agent, Team
from app.core.cursors import Cursor, open_cursor
from app.web.deps import SessionDep
from app.web.forms import PageForm
from app.web.unit_of_work import unit_of_work_router

router = unit_of_work_router(tags=["people"])
Page = Annotated[PageForm, Query()]


@router.get("/me")
async def show_me(session: SessionDep, agent: CurrentAgent) -> dict[str, Any]:
    """Who asks, with their role and teams."""
    teams = await queries.list_teams_of(session, agent.id)
    return {
        "agent": {**_agent(agent), "locale": agent.locale},
        "role": agent.role,
        "teams": [_team(team) for team in teams],
    }


@router.get("/agents")
async def list_agents(session: SessionDep, agent: CurrentAgent, page: Page) -> dict[str, Any]:
    """Everybody who can sign in, in the order in which they came."""
    found = await queries.page_agents(session, after=_start(page, "agents"), limit=page.limit + 1)
    shown = found[: page.limit]
    return {"items": [_agent(each) for each in shown], "next_cursor": _next(found, shown, "agents")}


@router.get("/teams")
async def list_teams(session: SessionDep, agent: CurrentAgent, page: Page) -> dict[str, Any]:
    found = await queries.page_teams(session, after=_start(page, "teams"), limit=page.limit + 1)
    shown = found[: page.limit]
    return {"items": [_team(each) for each in shown], "next_cursor": _next(found, shown, "teams")}


def _start(page: PageForm, what: str) -> int:
    cursor = open_cursor(page.cursor, what)
    return cursor.id if cursor else 0


def _next(found: Sequence[Agent] | Sequence[Team], shown: Sequence[Agent] | Sequence[Team], what: str) -> str | None:
    """Of the page after the shown one, if more was found."""
    return Cursor.after("", shown[-1].id).seal(what) if len(found) > len(shown) else None


def _agent(agent: Agent) -> dict[str, Any]:
    return {"id": agent.id, "name": agent.name, "email": agent.email, "role": agent.role}


def _team(team: Team) -> dict[str, Any]:
    return {"id": team.id, "name": team.name}
