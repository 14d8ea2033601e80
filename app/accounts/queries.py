from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, bindparam, delete, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, contains_eager

from app.accounts.models import (
    Agent,
    AgentSession,
    ApiToken,
    Audience,
    AudienceChannel,
    SignInFailures,
    Team,
    TeamChannel,
    TeamMember,
)
from app.core.base import UTCDateTime
from app.core.clock import now
from app.core.database import insert_into
from app.core.errors import NotFound
from app.core.rows import fetch


def is_channel_visible(
    channel_id: InstrumentedAttribute[int], team_ids: Iterable[int] | BindParameter[Any]
) -> ColumnElement[bool]:
    """The one rule of who sees a channel, as a condition on a column of channel ids."""
    owned = select(TeamChannel.channel_id).where(TeamChannel.channel_id == channel_id)
    mine = owned.where(TeamChannel.team_id.in_(team_ids))
    return or_(~owned.exists(), mine.exists())


TEAM_IDS = select(TeamMember.team_id).where(TeamMember.agent_id == bindparam("agent_id")).order_by(TeamMember.team_id)
ALL_AUDIENCES = select(AudienceChannel.audience_id).distinct().order_by(AudienceChannel.audience_id)
SEEN_AUDIENCES = ALL_AUDIENCES.where(
    is_channel_visible(AudienceChannel.channel_id, bindparam("team_ids", expanding=True))
)
LIVING_SESSION = (
    select(AgentSession)
    .join(AgentSession.agent)
    .where(
        AgentSession.token_hash == bindparam("token_hash"),
        AgentSession.expires_at > bindparam("at", type_=UTCDateTime),
        Agent.disabled_at.is_(None),
    )
    .options(contains_eager(AgentSession.agent))
)

LIVING_TOKEN = (
    select(ApiToken)
    .join(ApiToken.agent)
    .where(ApiToken.token_hash == bindparam("token_hash"), Agent.disabled_at.is_(None))
    .options(contains_eager(ApiToken.agent))
)


async def has_agents(session: AsyncSession) -> bool:
    return bool(await session.scalar(select(exists().where(Agent.id > 0))))


async def find_agent_by_email(session: AsyncSession, email_key: str) -> Agent | None:
    return await session.scalar(select(Agent).where(Agent.email_key == email_key))


async def list_agents_by_email(session: AsyncSession, email_keys: Sequence[str]) -> Sequence[Agent]:
    """The active ones among them."""
    statement = select(Agent).where(Agent.email_key.in_(email_keys), Agent.disabled_at.is_(None)).order_by(Agent.id)
    return (await session.scalars(statement)).all()


async def get_agent(session: AsyncSession, agent_id: int) -> Agent:
    agent = await session.get(Agent, agent_id)
    if agent is None:
        raise NotFound(agent_id=agent_id)
    return agent


async def find_active_agent(session: AsyncSession, agent_id: int) -> Agent | None:
    return await session.scalar(select(Agent).where(Agent.id == agent_id, Agent.disabled_at.is_(None)))


async def list_agents(session: AsyncSession) -> Sequence[Agent]:
    return (await session.scalars(select(Agent).order_by(Agent.name, Agent.id))).all()


async def list_teams(session: AsyncSession) -> Sequence[Team]:
    return (await session.scalars(select(Team).order_by(Team.name, Team.id))).all()


async def find_team(session: AsyncSession, team_id: int) -> Team | None:
    return await session.get(Team, team_id)


async def find_team_by_name(session: AsyncSession, name: str) -> Team | None:
    return await session.scalar(select(Team).where(Team.name == name))


async def list_team_ids(session: AsyncSession, agent_id: int) -> Sequence[int]:
    return [team_id for (team_id,) in await fetch(session, TEAM_IDS, {"agent_id": agent_id})]


async def list_teams_of(session: AsyncSession, agent_id: int) -> Sequence[Team]:
    statement = select(Team).join(TeamMember, TeamMember.team_id == Team.id).where(TeamMember.agent_id == agent_id)
    return (await session.scalars(statement.order_by(Team.name))).all()


async def list_audience_ids(session: AsyncSession, team_ids: Sequence[int], *, sees_all: bool) -> Sequence[int]:
    """An audience is seen by whoever sees one of its channels; a channel of no team is everybody's."""
    if sees_all:
        rows = await fetch(session, ALL_AUDIENCES)
    else:
        rows = await fetch(session, SEEN_AUDIENCES, {"team_ids": sorted(team_ids)})
    return [audience_id for (audience_id,) in rows]


async def find_audience_id(session: AsyncSession, key_hash: str) -> int | None:
    return await session.scalar(select(Audience.id).where(Audience.key_hash == key_hash))


async def add_audience(session: AsyncSession, key_hash: str, channel_ids: Sequence[int]) -> int:
    """Made once, whoever comes first."""
    statement = insert_into(session, Audience).values(key_hash=key_hash).on_conflict_do_nothing()
    made = await session.scalar(statement.returning(Audience.id))
    if made is None:
        return await session.scalar(select(Audience.id).where(Audience.key_hash == key_hash)) or 0
    rows = [{"audience_id": made, "channel_id": channel_id} for channel_id in channel_ids]
    await session.execute(insert(AudienceChannel), rows)
    return int(made)


async def find_session(session: AsyncSession, token_hash: str, *, at: datetime) -> AgentSession | None:
    """A living session with its agent, who must be active."""
    return await session.scalar(LIVING_SESSION, {"token_hash": token_hash, "at": at})


async def list_sessions(session: AsyncSession, agent_id: int, *, at: datetime) -> Sequence[AgentSession]:
    statement = (
        select(AgentSession)
        .where(AgentSession.agent_id == agent_id, AgentSession.expires_at > at)
        .order_by(AgentSession.last_seen_at.desc(), AgentSession.id.desc())
    )
    return (await session.scalars(statement)).all()


async def touch_session(session: AsyncSession, session_id: int, *, at: datetime, expires_at: datetime) -> None:
    statement = update(AgentSession).where(AgentSession.id == session_id, AgentSession.last_seen_at < at)
    await session.execute(statement.values(last_seen_at=at, expires_at=expires_at))


async def delete_sessions(
    session: AsyncSession, agent_id: int, *, only: int | None = None, but: int | None = None
) -> None:
    statement = delete(AgentSession).where(AgentSession.agent_id == agent_id)
    if only is not None:
        statement = statement.where(AgentSession.id == only)
    if but is not None:
        statement = statement.where(AgentSession.id != but)
    await session.execute(statement)


async def delete_expired_sessions(session: AsyncSession, *, at: datetime) -> None:
    await session.execute(delete(AgentSession).where(AgentSession.expires_at <= at))


async def find_token(session: AsyncSession, token_hash: str) -> ApiToken | None:
    """With its agent, who must be active."""
    return await session.scalar(LIVING_TOKEN, {"token_hash": token_hash})


async def count_agents(session: AsyncSession) -> int:
    return await session.scalar(select(func.count()).select_from(Agent)) or 0


async def add_team_members(session: AsyncSession, team_id: int, agent_ids: Sequence[int]) -> None:
    """Who is a member already stays one."""
    if agent_ids:
        rows = [{"team_id": team_id, "agent_id": each} for each in agent_ids]
        await session.execute(insert_into(session, TeamMember).on_conflict_do_nothing(), rows)


async def add_team_channels(session: AsyncSession, team_id: int, channel_ids: Sequence[int]) -> None:
    if channel_ids:
        rows = [{"team_id": team_id, "channel_id": each} for each in channel_ids]
        await session.execute(insert_into(session, TeamChannel).on_conflict_do_nothing(), rows)


async def page_agents(session: AsyncSession, *, after: int, limit: int) -> Sequence[Agent]:
    statement = select(Agent).where(Agent.disabled_at.is_(None), Agent.id > after)
    return (await session.scalars(statement.order_by(Agent.id).limit(limit))).all()


async def page_teams(session: AsyncSession, *, after: int, limit: int) -> Sequence[Team]:
    return (await session.scalars(select(Team).where(Team.id > after).order_by(Team.id).limit(limit))).all()


async def list_members(session: AsyncSession) -> Sequence[tuple[int, str]]:
    """Each team's id with the e-mail address of one of its members."""
    statement = select(TeamMember.team_id, Agent.email).join(Agent, Agent.id == TeamMember.agent_id)
    return [(team_id, email) for team_id, email in await session.execute(statement.order_by(Agent.email))]


async def list_owned_channels(session: AsyncSession) -> Sequence[tuple[int, int]]:
    """Each team's id with the id of one of its channels."""
    statement = select(TeamChannel.team_id, TeamChannel.channel_id).order_by(TeamChannel.channel_id)
    return [(team_id, channel_id) for team_id, channel_id in await session.execute(statement)]


async def find_failures(session: AsyncSession, key_hash: str) -> SignInFailures | None:
    return await session.get(SignInFailures, key_hash)


async def hold_failures(session: AsyncSession, key_hash: str) -> SignInFailures:
    """The row, made if need be and held, so that failures at the same moment are all counted."""
    statement = insert_into(session, SignInFailures).values(key_hash=key_hash, count=0, last_at=now())
    await session.execute(statement.on_conflict_do_nothing())
    held = select(SignInFailures).where(SignInFailures.key_hash == key_hash).with_for_update()
    return (await session.scalars(held.execution_options(populate_existing=True))).one()


async def delete_failures(session: AsyncSession, key_hash: str) -> None:
    await session.execute(delete(SignInFailures).where(SignInFailures.key_hash == key_hash))


async def delete_old_failures(session: AsyncSession, *, before: datetime) -> None:
    await session.execute(delete(SignInFailures).where(SignInFailures.last_at < before))
