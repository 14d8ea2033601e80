"""People, teams, tokens and sessions. Passwords come hashed: hashing is slow and belongs into no transaction."""

import hashlib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import audit, queries
from app.accounts.audit_models import AuditKind
from app.accounts.errors import EmailTaken, NameTaken
from app.accounts.forms import AgentForm, ProfileForm, TeamForm
from app.accounts.models import SESSION_LIFE, Agent, AgentSession, ApiToken, Scope, Team
from app.core.clock import now
from app.core.crypto import hash_token, new_token
from app.core.database import wake_at_commit
from app.core.wakeups import RIGHTS

SESSION_REST = timedelta(minutes=5)
"""A session is not written to more often than this."""
MAX_USER_AGENT_LENGTH = 400


@dataclass(frozen=True, slots=True)
class Browser:
    """Where somebody signs in from."""

    user_agent: str = ""
    address: str = ""


def email_key(email: str) -> str:
    """What addresses of agents are compared by: width and case do not matter."""
    folded = unicodedata.normalize("NFKC", email).casefold()
    return "".join(character for character in folded if character.isprintable()).strip()


def failures_key(email: str) -> str:
    """What failed sign-ins of an address are counted by."""
    return hashlib.sha256(f"address\0{email_key(email)}".encode("utf-8", "replace")).hexdigest()


async def create_agent(
    session: AsyncSession, form: AgentForm, *, password_hash: str = "", locale: str = "ja", by: Agent | None = None
) -> Agent:
    """Raises EmailTaken. Without a password nobody can sign in as them."""
    key = email_key(form.email)
    if await queries.find_agent_by_email(session, key) is not None:
        raise EmailTaken
    agent = Agent(
        email=form.email,
        email_key=key,
        name=form.name,
        role=form.role,
        password_hash=password_hash,
        locale=locale,
    )
    session.add(agent)
    await session.flush()
    audit.note_setting(session, "agents", agent.id, by=by, email=(None, form.email), role=(None, form.role.value))
    return agent


async def create_team(
    session: AsyncSession,
    form: TeamForm,
    *,
    members: Iterable[Agent] = (),
    channel_ids: Iterable[int] = (),
    by: Agent | None = None,
) -> Team:
    """Raises NameTaken. From now on only its members see its channels, and admins."""
    if await queries.find_team_by_name(session, form.name) is not None:
        raise NameTaken
    team = Team(name=form.name)
    session.add(team)
    await session.flush()
    audit.note_setting(session, "teams", team.id, by=by, name=(None, form.name))
    await extend_team(session, team, members=members, channel_ids=channel_ids, by=by)
    return team


async def extend_team(
    session: AsyncSession,
    team: Team,
    *,
    members: Iterable[Agent] = (),
    channel_ids: Iterable[int] = (),
    by: Agent | None = None,
) -> None:
    """Nobody leaves it; who or what belongs to it already still does."""
    member_ids, added_channel_ids = sorted({member.id for member in members}), sorted(set(channel_ids))
    await queries.add_team_members(session, team.id, member_ids)
    await queries.add_team_channels(session, team.id, added_channel_ids)
    added: dict[str, Any] = {"added_member_ids": ([], member_ids), "added_channel_ids": ([], added_channel_ids)}
    audit.note_setting(session, "teams", team.id, by=by, **added)
    wake_at_commit(session, RIGHTS)


async def create_token(session: AsyncSession, agent: Agent, scopes: Sequence[Scope] = ()) -> str:
    """The token itself, which is stored nowhere. Without scopes it may do all that its agent may."""
    token = new_token()
    session.add(ApiToken(token_hash=hash_token(token), agent_id=agent.id, scopes=[str(scope) for scope in scopes]))
    await session.flush()
    return token


async def open_session(session: AsyncSession, agent: Agent, browser: Browser) -> str:
    """The cookie's token, which is stored nowhere."""
    token = new_token()
    opened = AgentSession(
        token_hash=hash_token(token),
        agent_id=agent.id,
        user_agent=browser.user_agent[:MAX_USER_AGENT_LENGTH],
        address=browser.address,
        expires_at=now() + SESSION_LIFE,
    )
    session.add(opened)
    await session.flush()
    return token


async def keep_alive(session: AsyncSession, known: AgentSession) -> None:
    """A session in use goes on; told to the database now and then only."""
    at = now()
    if at - known.last_seen_at >= SESSION_REST:
        await queries.touch_session(session, known.id, at=at, expires_at=at + SESSION_LIFE)


def change_profile(agent: Agent, form: ProfileForm) -> None:
    agent.name, agent.reading = form.name, form.reading
    agent.signature, agent.locale = form.signature, form.locale


async def set_password(
    session: AsyncSession, agent: Agent, *, password_hash: str, keep_session: int | None = None
) -> None:
    """Every session but `keep_session` ends: whoever knew the old password is out."""
    agent.password_hash = password_hash
    by = agent if keep_session is not None else None
    audit.note(session, AuditKind.SETTINGS, by=by, subject="agents", subject_id=agent.id, changed=["password"])
    await end_sessions(session, agent, but=keep_session)
    await queries.delete_failures(session, failures_key(agent.email))


async def end_sessions(session: AsyncSession, agent: Agent, *, only: int | None = None, but: int | None = None) -> None:
    """All of an agent's, one of them, or all but one; pages that are open are told."""
    await queries.delete_sessions(session, agent.id, only=only, but=but)
    wake_at_commit(session, RIGHTS)
