"""What the page of people shows."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import people_queries, queries
from app.accounts.invitation_models import Invitation
from app.accounts.models import Agent, Role, Team
from app.core.clock import now
from app.core.i18n import mark

ROLE_NAMES = {
    Role.AGENT: mark("Agent"),
    Role.CS: mark("Customer success"),
    Role.LEAD: mark("Lead"),
    Role.ADMIN: mark("Administrator"),
}
ROLE_MEANINGS = {
    Role.AGENT: mark("Reads, answers, notes and assigns in the mailboxes they see."),
    Role.CS: mark("Like an agent; customer records and escalations too."),
    Role.LEAD: mark("Like customer success; takes over replies, keeps tabs and templates for all."),
    Role.ADMIN: mark("Sees and does everything, these settings included."),
}


@dataclass(frozen=True, slots=True)
class Person:
    agent: Agent
    teams: tuple[Team, ...]
    last_seen_at: datetime | None

    @property
    def is_absent(self) -> bool:
        """Said by themselves; ends by itself at `absent_until`."""
        since, until = self.agent.absent_since, self.agent.absent_until
        return since is not None and since <= now() and (until is None or until > now())


@dataclass(frozen=True, slots=True)
class Invited:
    invitation: Invitation
    is_expired: bool


async def list_people(session: AsyncSession) -> list[Person]:
    """Who is disabled comes last."""
    teams_of = await _teams_by_agent(session)
    seen = {**await people_queries.map_last_noted(session), **await people_queries.map_last_seen(session)}
    people = [
        Person(agent, tuple(teams_of[agent.id]), seen.get(agent.id)) for agent in await queries.list_agents(session)
    ]
    return sorted(people, key=lambda person: not person.agent.is_active)


async def list_invited(session: AsyncSession) -> list[Invited]:
    return [Invited(each, each.expires_at <= now()) for each in await people_queries.list_open_invitations(session)]


async def _teams_by_agent(session: AsyncSession) -> dict[int, list[Team]]:
    teams = {team.id: team for team in await queries.list_teams(session)}
    found: defaultdict[int, list[Team]] = defaultdict(list)
    for team_id, agent_id in await people_queries.list_memberships(session):
        if team_id in teams and teams[team_id].archived_at is None:
            found[agent_id].append(teams[team_id])
    return found
