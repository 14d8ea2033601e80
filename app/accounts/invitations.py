"""Inviting somebody by a link that works once. Who has the link chooses the password, so nobody else knows it."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import audit, people, people_queries, queries, service
from app.accounts.errors import (
    EmailTaken,
    InvitationAccepted,
    InvitationExpired,
    InvitationUnknown,
    InvitationWithdrawn,
)
from app.accounts.forms import AcceptanceForm, AgentForm, InvitationForm
from app.accounts.invitation_models import INVITATION_LIFE, Invitation
from app.accounts.models import Agent
from app.accounts.passwords import hash_password
from app.accounts.service import Browser
from app.core.clock import now
from app.core.crypto import hash_token, new_token
from app.core.database import Database
from app.core.i18n import current_locale

SUBJECT = "invitations"


async def invite(session: AsyncSession, form: InvitationForm, *, by: Agent) -> str:
    """The link's token, which is stored nowhere. An earlier link for the same address ends. Raises EmailTaken."""
    key = service.email_key(form.email)
    if await queries.find_agent_by_email(session, key) is not None:
        raise EmailTaken
    await people.require_teams(session, form.team_ids)
    for earlier in await people_queries.list_open_invitations_of(session, key):
        earlier.withdrawn_at = now()
    token = new_token()
    invitation = _invitation(form, key, token, by)
    session.add(invitation)
    await session.flush()
    await people_queries.add_invitation_teams(session, invitation.id, form.team_ids)
    audit.note_setting(session, SUBJECT, invitation.id, by=by, email=(None, form.email), role=(None, form.role.value))
    return token


async def withdraw(session: AsyncSession, invitation: Invitation, *, by: Agent) -> None:
    """The link is dead from now on; one that was accepted stays so."""
    if invitation.accepted_at is None:
        audit.note_setting(
            session, SUBJECT, invitation.id, by=by, is_withdrawn=(invitation.withdrawn_at is not None, True)
        )
        invitation.withdrawn_at = invitation.withdrawn_at or now()


async def look_at(session: AsyncSession, token: str) -> Invitation:
    """Raises InvitationUnknown, InvitationAccepted, InvitationWithdrawn, InvitationExpired."""
    invitation = await people_queries.find_invitation(session, hash_token(token))
    if invitation is None:
        raise InvitationUnknown
    if invitation.accepted_at is not None:
        raise InvitationAccepted
    if invitation.withdrawn_at is not None:
        raise InvitationWithdrawn
    if invitation.expires_at <= now():
        raise InvitationExpired
    return invitation


async def accept(database: Database, token: str, form: AcceptanceForm, browser: Browser) -> str:
    """The new person's session token. Hashing is outside of the transaction, which decides who was first."""
    async with database.reading() as session:
        await look_at(session, token)
    password_hash = await hash_password(form.password.get_secret_value())
    async with database.transaction() as session:
        invitation = await look_at(session, token)
        agent = await _make_agent(session, invitation, form.name, password_hash)
        return await service.open_session(session, agent, browser)


async def _make_agent(session: AsyncSession, invitation: Invitation, name: str, password_hash: str) -> Agent:
    form = AgentForm(email=invitation.email, name=name, role=invitation.role)
    agent = await service.create_agent(session, form, password_hash=password_hash, locale=current_locale())
    team_ids = await people_queries.list_invitation_teams(session, invitation.id)
    await people_queries.replace_teams(session, agent.id, team_ids)
    invitation.accepted_at = now()
    audit.note_setting(session, people.SUBJECT, agent.id, by=agent, invitation_id=(None, invitation.id))
    return agent


def _invitation(form: InvitationForm, key: str, token: str, by: Agent) -> Invitation:
    return Invitation(
        token_hash=hash_token(token),
        email=form.email,
        email_key=key,
        name=form.name,
        role=form.role,
        invited_by_id=by.id,
        expires_at=now() + INVITATION_LIFE,
    )
