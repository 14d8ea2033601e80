"""Who may see what. A ticket has one audience, a viewer a list of them; every read filters by it (MODEL 16)."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import queries
from app.accounts.models import Agent, Role


@dataclass(frozen=True, slots=True)
class Viewer:
    """An agent with what they may see at this moment."""

    agent: Agent
    team_ids: frozenset[int]
    audience_ids: tuple[int, ...]

    @property
    def sees_all(self) -> bool:
        return self.agent.role is Role.ADMIN


async def viewer_of(session: AsyncSession, agent: Agent) -> Viewer:
    team_ids = await queries.list_team_ids(session, agent.id)
    audience_ids = await queries.list_audience_ids(session, team_ids, sees_all=agent.role is Role.ADMIN)
    return Viewer(agent, frozenset(team_ids), tuple(audience_ids))


async def audience_for(session: AsyncSession, channel_ids: Iterable[int]) -> int:
    """The audience of exactly these channels, made when they meet for the first time.

    A unit of work asks once: an audience never changes, and a batch of arrivals is of few.
    """
    ids = sorted(set(channel_ids))
    key_hash = hashlib.sha256(",".join(map(str, ids)).encode()).hexdigest()
    remembered: dict[str, int] = session.info.setdefault("audiences", {})
    if key_hash not in remembered:
        known = await queries.find_audience_id(session, key_hash)
        remembered[key_hash] = known if known is not None else await queries.add_audience(session, key_hash, ids)
    return remembered[key_hash]


async def can_see(session: AsyncSession, agent: Agent, audience_id: int) -> bool:
    return audience_id in (await viewer_of(session, agent)).audience_ids


async def can_team_see(session: AsyncSession, team_id: int, audience_id: int) -> bool:
    return audience_id in await queries.list_audience_ids(session, [team_id], sees_all=False)
