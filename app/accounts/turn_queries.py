from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent, AgentSession, Role, Team, TeamChannel, TeamMember


async def take_turn(session: AsyncSession, team_id: int, *, at: datetime, seen_since: datetime) -> int | None:
    """The member who is there and had a turn longest ago; None when nobody is there.

    One statement, so that a turn is given once. Who never had one is first.
    """
    next_one = (
        select(TeamMember.agent_id)
        .join(Agent, Agent.id == TeamMember.agent_id)
        .where(TeamMember.team_id == team_id, *_is_there(at, seen_since))
        .order_by(TeamMember.last_turn_at.asc().nulls_first(), TeamMember.agent_id)
        .limit(1)
        .with_for_update(of=TeamMember)
    )
    statement = (
        update(TeamMember)
        .where(TeamMember.team_id == team_id, TeamMember.agent_id == next_one.scalar_subquery())
        .values(last_turn_at=at)
        .returning(TeamMember.agent_id)
    )
    return await session.scalar(statement.execution_options(synchronize_session=False))


async def is_anybody_there(session: AsyncSession, channel_id: int, *, at: datetime, seen_since: datetime) -> bool:
    """Of those who see the channel."""
    owned = select(TeamChannel.channel_id).where(TeamChannel.channel_id == channel_id)
    mine = owned.join(TeamMember, TeamMember.team_id == TeamChannel.team_id).where(TeamMember.agent_id == Agent.id)
    sees = or_(Agent.role == Role.ADMIN, ~owned.exists(), mine.exists())
    found = select(Agent.id).where(*_is_there(at, seen_since), sees)
    return await session.scalar(found.limit(1)) is not None


async def list_there(
    session: AsyncSession, agent_ids: Collection[int], *, at: datetime, seen_since: datetime
) -> set[int]:
    """Those among some who are at the desk."""
    statement = select(Agent.id).where(Agent.id.in_(agent_ids), *_is_there(at, seen_since))
    return set((await session.scalars(statement)).all()) if agent_ids else set()


def _is_there(at: datetime, seen_since: datetime) -> tuple[ColumnElement[bool], ...]:
    """Signed in, seen lately, and not away."""
    living = select(AgentSession.id).where(
        AgentSession.agent_id == Agent.id, AgentSession.expires_at > at, AgentSession.last_seen_at >= seen_since
    )
    is_present = or_(Agent.absent_since.is_(None), Agent.absent_until <= at)
    return (Agent.disabled_at.is_(None), is_present, living.exists())


async def list_owners(session: AsyncSession, channel_id: int) -> Sequence[int]:
    """The teams that a channel belongs to."""
    statement = select(TeamChannel.team_id).join(Team, Team.id == TeamChannel.team_id)
    statement = statement.where(TeamChannel.channel_id == channel_id, Team.archived_at.is_(None))
    return (await session.scalars(statement.order_by(TeamChannel.team_id))).all()


async def list_sharing_teams(session: AsyncSession) -> Sequence[int]:
    statement = select(Team.id).where(Team.shares_by_turn.is_(True), Team.archived_at.is_(None))
    return (await session.scalars(statement)).all()
