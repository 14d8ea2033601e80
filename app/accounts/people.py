"""Changing who somebody is: name, role, teams; keeping them out, letting them in again."""

from collections.abc import Collection

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import audit, people_queries, queries, service
from app.accounts.errors import LastAdmin, UnknownTeam
from app.accounts.forms import PersonForm
from app.accounts.models import Agent, Role
from app.core.clock import now
from app.core.database import wake_at_commit
from app.core.wakeups import RIGHTS

SUBJECT = "agents"


async def change(session: AsyncSession, agent: Agent, form: PersonForm, *, by: Agent) -> None:
    """Raises LastAdmin, UnknownTeam. Open pages follow at once."""
    await require_teams(session, form.team_ids)
    if form.role is not Role.ADMIN:
        await require_other_admin(session, agent)
    team_ids = sorted(await queries.list_team_ids(session, agent.id))
    before = {"name": agent.name, "role": agent.role.value, "team_ids": team_ids}
    after = {"name": form.name, "role": form.role.value, "team_ids": sorted(set(form.team_ids))}
    agent.name, agent.role = form.name, form.role
    await people_queries.replace_teams(session, agent.id, form.team_ids)
    audit.note_setting(session, SUBJECT, agent.id, by=by, **audit.differences(before, after))
    wake_at_commit(session, RIGHTS)


async def disable(session: AsyncSession, agent: Agent, *, by: Agent | None) -> None:
    """They are out at once, tokens included; what they did stays. Raises LastAdmin."""
    await require_other_admin(session, agent)
    audit.note_setting(session, SUBJECT, agent.id, by=by, is_disabled=(not agent.is_active, True))
    agent.disabled_at = agent.disabled_at or now()
    await service.end_sessions(session, agent)


async def enable(session: AsyncSession, agent: Agent, *, by: Agent) -> None:
    audit.note_setting(session, SUBJECT, agent.id, by=by, is_disabled=(not agent.is_active, False))
    agent.disabled_at = None
    wake_at_commit(session, RIGHTS)


async def end_sessions(session: AsyncSession, agent: Agent, *, by: Agent) -> None:
    """They have to sign in again, everywhere."""
    count = await people_queries.count_sessions(session, agent.id)
    audit.note_setting(session, SUBJECT, agent.id, by=by, session_count=(count, 0))
    await service.end_sessions(session, agent)


async def require_other_admin(session: AsyncSession, agent: Agent) -> None:
    """Somebody must be able to open the settings. The admins' rows are held, so that no two of them leave at once."""
    admin_ids = await people_queries.hold_admins(session)
    if set(admin_ids) == {agent.id}:
        raise LastAdmin


async def require_teams(session: AsyncSession, team_ids: Collection[int]) -> None:
    known = {team.id for team in await queries.list_teams(session)}
    if not known.issuperset(team_ids):
        raise UnknownTeam
