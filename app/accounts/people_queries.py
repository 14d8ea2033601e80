from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audit_models import AuditLine
from app.accounts.invitation_models import Invitation, InvitationTeam
from app.accounts.models import Agent, AgentSession, Role, TeamMember
from app.accounts.queries import add_team_members
from app.core.database import insert_into, is_writing


async def hold_admins(session: AsyncSession) -> Sequence[int]:
    """The ids of those who can sign in and are admins, their rows held."""
    statement = select(Agent.id).where(Agent.role == Role.ADMIN, Agent.disabled_at.is_(None)).order_by(Agent.id)
    return (await session.scalars(statement.with_for_update(key_share=True))).all()


async def replace_teams(session: AsyncSession, agent_id: int, team_ids: Collection[int]) -> None:
    """Who stays in a team keeps their turn in it."""
    left = delete(TeamMember).where(TeamMember.agent_id == agent_id, TeamMember.team_id.not_in(team_ids))
    await session.execute(left)
    for team_id in sorted(set(team_ids)):
        await add_team_members(session, team_id, [agent_id])


async def count_sessions(session: AsyncSession, agent_id: int) -> int:
    statement = select(func.count()).select_from(AgentSession).where(AgentSession.agent_id == agent_id)
    return await session.scalar(statement) or 0


async def map_last_seen(session: AsyncSession) -> dict[int, datetime]:
    """By agent, as their browsers tell."""
    statement = select(AgentSession.agent_id, func.max(AgentSession.last_seen_at)).group_by(AgentSession.agent_id)
    return {row[0]: row[1] for row in await session.execute(statement)}


async def map_last_noted(session: AsyncSession) -> dict[int, datetime]:
    """By agent, when the audit log last told of them: for those whose sessions are over."""
    newest = (
        select(AuditLine.at)
        .where(AuditLine.agent_id == Agent.id)
        .order_by(AuditLine.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = await session.execute(select(Agent.id, newest.label("at")))
    return {agent_id: at for agent_id, at in rows if at is not None}


async def list_memberships(session: AsyncSession) -> Sequence[tuple[int, int]]:
    """Each team's id with the id of one of its members."""
    statement = select(TeamMember.team_id, TeamMember.agent_id).order_by(TeamMember.team_id, TeamMember.agent_id)
    return [(team_id, agent_id) for team_id, agent_id in await session.execute(statement)]


async def find_invitation(session: AsyncSession, token_hash: str) -> Invitation | None:
    """Held where it may be accepted now, so that two browsers with one link make one person."""
    statement = select(Invitation).where(Invitation.token_hash == token_hash)
    return await session.scalar(statement.with_for_update() if is_writing(session) else statement)


async def get_invitation(session: AsyncSession, invitation_id: int) -> Invitation | None:
    """Held where it is withdrawn: it cannot be accepted in the same moment."""
    return await session.get(Invitation, invitation_id, with_for_update=is_writing(session) or None)


async def list_open_invitations(session: AsyncSession) -> Sequence[Invitation]:
    """Those that nobody has accepted or withdrawn, expired ones too: somebody may want to invite again."""
    statement = select(Invitation).where(Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None))
    return (await session.scalars(statement.order_by(Invitation.created_at.desc(), Invitation.id.desc()))).all()


async def list_open_invitations_of(session: AsyncSession, email_key: str) -> Sequence[Invitation]:
    statement = select(Invitation).where(
        Invitation.email_key == email_key, Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None)
    )
    return (await session.scalars(statement)).all()


async def add_invitation_teams(session: AsyncSession, invitation_id: int, team_ids: Collection[int]) -> None:
    if team_ids:
        rows = [{"invitation_id": invitation_id, "team_id": each} for each in sorted(set(team_ids))]
        await session.execute(insert_into(session, InvitationTeam), rows)


async def list_invitation_teams(session: AsyncSession, invitation_id: int) -> Sequence[int]:
    statement = select(InvitationTeam.team_id).where(InvitationTeam.invitation_id == invitation_id)
    return (await session.scalars(statement.order_by(InvitationTeam.team_id))).all()
