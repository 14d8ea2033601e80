"""Who asks: a browser's session or an API token, with what they may see."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import BackgroundTasks, Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import audit, queries, service
from app.accounts.audiences import Viewer, viewer_of
from app.accounts.models import Agent, ApiToken, Role, Scope
from app.accounts.trail import Recently, Trail
from app.core.clock import now
from app.core.crypto import SecretBox, hash_token
from app.core.database import is_writing
from app.core.errors import Forbidden, NotSignedIn
from app.core.i18n import use_locale
from app.web.cookies import session_cookie
from app.web.deps import DatabaseDep, SessionDep
from app.web.security import CSRF_PURPOSE, require_own_page
from app.web.unit_of_work import SAFE_METHODS

BEARER = "bearer "
REPORTS_PREFIXES = ("/api/v1/reports", "/api/v1/briefings")


async def authenticate(request: Request, session: AsyncSession) -> Agent:
    """Once a request; raises NotSignedIn, Forbidden for a token without the scope, CsrfFailed."""
    known: Agent | None = getattr(request.state, "agent", None)
    if known is not None:
        return known
    authorization = request.headers.get("authorization", "")
    if authorization.lower().startswith(BEARER):
        agent = await _agent_of_token(request, session, authorization[len(BEARER) :].strip())
    else:
        agent = await _agent_of_session(request, session)
    request.state.agent = agent
    use_locale(agent.locale)
    audit.come_from(request.client.host if request.client else "")
    return agent


async def is_known(request: Request, session: AsyncSession) -> bool:
    """Whether it is worth while to do anything for whoever asks; what they may do says `authenticate`."""
    authorization = request.headers.get("authorization", "")
    if authorization.lower().startswith(BEARER):
        return await queries.find_token(session, hash_token(authorization[len(BEARER) :].strip())) is not None
    cookie = session_cookie(request)
    return bool(cookie) and await queries.find_session(session, hash_token(cookie), at=now()) is not None


async def principal_of(request: Request, session: AsyncSession) -> str | None:
    """Who an Idempotency-Key belongs to: the token, or the agent in whichever session."""
    try:
        agent = await authenticate(request, session)
    except NotSignedIn:
        return None
    token: ApiToken | None = getattr(request.state, "api_token", None)
    return f"token {token.id}" if token else f"agent {agent.id}"


async def _agent_of_token(request: Request, session: AsyncSession, token: str) -> Agent:
    known = await queries.find_token(session, hash_token(token))
    if known is None:
        raise NotSignedIn
    _require_scope(known, _needed_scope(request))
    request.state.api_token = known
    return known.agent


async def _agent_of_session(request: Request, session: AsyncSession) -> Agent:
    box: SecretBox = request.app.state.secret_box
    cookie = session_cookie(request)
    known = await queries.find_session(session, hash_token(cookie), at=now()) if cookie else None
    if known is None:
        raise NotSignedIn
    request.state.session_id = known.id
    request.state.csrf_token = box.sign(CSRF_PURPOSE, cookie)
    await require_own_page(request, expected=request.state.csrf_token)
    if is_writing(session):
        await service.keep_alive(session, known)
    return known.agent


def _needed_scope(request: Request) -> Scope:
    if request.url.path.startswith(REPORTS_PREFIXES):
        return Scope.REPORTS
    return Scope.READ if request.method in SAFE_METHODS else Scope.WRITE


def _require_scope(token: ApiToken, scope: Scope) -> None:
    if not token.allows(scope):
        raise Forbidden(scope=scope)


async def _current_agent(request: Request, session: SessionDep) -> Agent:
    return await authenticate(request, session)


CurrentAgent = Annotated[Agent, Depends(_current_agent)]


async def _current_session_id(request: Request, agent: CurrentAgent) -> int:
    """For what only a browser does: a token has no session."""
    session_id: int | None = getattr(request.state, "session_id", None)
    if session_id is None:
        raise NotSignedIn
    return session_id


CurrentSessionId = Annotated[int, Depends(_current_session_id)]


async def _viewer(session: SessionDep, agent: CurrentAgent) -> Viewer:
    return await viewer_of(session, agent)


ViewerDep = Annotated[Viewer, Depends(_viewer)]


async def _trail(request: Request, database: DatabaseDep, tasks: BackgroundTasks, agent: CurrentAgent) -> Trail:
    recently: Recently = request.app.state.recently
    return Trail(database, tasks, recently, agent)


TrailDep = Annotated[Trail, Depends(_trail)]
"""For requests that read and are to be noted in the audit log nevertheless."""


def require_role(*roles: Role) -> Callable[[Request, Agent], Awaitable[Agent]]:
    """A dependency that refuses everybody else with 403; what only admins do needs a token's scope `admin` too."""

    async def checked(request: Request, agent: CurrentAgent) -> Agent:
        if agent.role not in roles:
            raise Forbidden(role=agent.role)
        token: ApiToken | None = getattr(request.state, "api_token", None)
        if token is not None and roles == (Role.ADMIN,):
            _require_scope(token, Scope.ADMIN)
        return agent

    return checked


LeadDep = Annotated[Agent, Depends(require_role(Role.LEAD, Role.ADMIN))]
AdminDep = Annotated[Agent, Depends(require_role(Role.ADMIN))]
