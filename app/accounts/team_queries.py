from collections.abc import Collection, Sequence

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Team, TeamChannel, TeamMember
from app.accounts.queries import add_team_channels, add_team_members
from app.core.errors import NotFound


async def get_team(session: AsyncSession, team_id: int) -> Team:
    team = await session.get(Team, team_id)
    if team is None:
        raise NotFound(team_id=team_id)
    return team


async def list_member_ids(session: AsyncSession, team_id: int) -> Sequence[int]:
    statement = select(TeamMember.agent_id).where(TeamMember.team_id == team_id).order_by(TeamMember.agent_id)
    return (await session.scalars(statement)).all()


async def list_channel_ids(session: AsyncSession, team_id: int) -> Sequence[int]:
    statement = select(TeamChannel.channel_id).where(TeamChannel.team_id == team_id).order_by(TeamChannel.channel_id)
    return (await session.scalars(statement)).all()


async def replace_members(session: AsyncSession, team_id: int, agent_ids: Collection[int]) -> None:
    """Who stays keeps their turn."""
    is_gone = (TeamMember.team_id == team_id, TeamMember.agent_id.not_in(agent_ids))
    await session.execute(delete(TeamMember).where(*is_gone))
    await add_team_members(session, team_id, sorted(set(agent_ids)))


async def replace_channels(session: AsyncSession, team_id: int, channel_ids: Collection[int]) -> None:
    is_gone = (TeamChannel.team_id == team_id, TeamChannel.channel_id.not_in(channel_ids))
    await session.execute(delete(TeamChannel).where(*is_gone))
    await add_team_channels(session, team_id, sorted(set(channel_ids)))
