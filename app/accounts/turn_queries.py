from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent, AgentSession, Team, TeamChannel, TeamMember


async def take_turn(session: AsyncSession, team_id: int, *, at: datetime, seen_since: datetime) -> int | None:
    """The member who is there and had a turn longest ago; None when nobody is there.

    One statement, so that a turn is given once. Who never had one is first.
    """
    living = select(AgentSession.id).where(
        AgentSession.agent_id == Agent.id, AgentSession.expires_at > at, AgentSession.last_seen_at >= seen_since
    )
    is_there = (
        Agent.disabled_at.is_(None),
        or_(Agent.absent_since.is_(None), Agent.absent_until <= at),
        living.exists(),
    )
    next_one = (
        select(TeamMember.agent_id)
        .join(Agent, Agent.id == TeamMember.agent_id)
        .where(TeamMember.team_id == team_id, *is_there)
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


async def list_owners(session: AsyncSession, channel_id: int) -> Sequence[int]:
    """The teams that a channel belongs to."""
    statement = select(TeamChannel.team_id).join(Team, Team.id == TeamChannel.team_id)
    statement = statement.where(TeamChannel.channel_id == channel_id, Team.archived_at.is_(None))
    return (await session.scalars(statement.order_by(TeamChannel.team_id))).all()


async def list_sharing_teams(session: AsyncSession) -> Sequence[int]:
    statement = select(Team.id).where(Team.shares_by_turn.is_(True), Team.archived_at.is_(None))
    return (await session.scalars(statement)).all()
