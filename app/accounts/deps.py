"""Who asks: a browser's session or an API token, with what they may see."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import queries
from app.accounts.audiences import Viewer, viewer_of
from app.accounts.models import Agent, Role, Scope
from app.core.clock import now
from app.core.crypto import SecretBox, hash_token
from app.core.errors import Forbidden, NotSignedIn
from app.core.i18n import use_locale
from app.web.deps import SecretBoxDep, SessionDep
from app.web.security import CSRF_PURPOSE, require_own_page
from app.web.unit_of_work import SAFE_METHODS

COOKIES = ("__Host-madoguchi", "madoguchi")
BEARER = "bearer "


async def _current_agent(request: Request, session: SessionDep, box: SecretBoxDep) -> Agent:
    authorization = request.headers.get("authorization", "")
    if authorization.lower().startswith(BEARER):
        agent = await _agent_of_token(request, session, authorization[len(BEARER) :].strip())
    else:
        agent = await _agent_of_session(request, session, box)
    request.state.agent = agent
    use_locale(agent.locale)
    return agent


async def _agent_of_token(request: Request, session: AsyncSession, token: str) -> Agent:
    known = await queries.find_token(session, hash_token(token))
    if known is None:
        raise NotSignedIn
    needed = Scope.READ if request.method in SAFE_METHODS else Scope.WRITE
    if not known.allows(needed):
        raise Forbidden(scope=needed)
    return known.agent


async def _agent_of_session(request: Request, session: AsyncSession, box: SecretBox) -> Agent:
    cookie = session_cookie(request)
    known = await queries.find_session(session, hash_token(cookie), at=now()) if cookie else None
    if known is None:
        raise NotSignedIn
    request.state.session_id = known.id
    request.state.csrf_token = box.sign(CSRF_PURPOSE, cookie)
    await require_own_page(request, expected=request.state.csrf_token)
    return known.agent


def session_cookie(request: Request) -> str:
    return next((request.cookies[name] for name in COOKIES if name in request.cookies), "")


CurrentAgent = Annotated[Agent, Depends(_current_agent)]


async def _viewer(session: SessionDep, agent: CurrentAgent) -> Viewer:
    return await viewer_of(session, agent)


ViewerDep = Annotated[Viewer, Depends(_viewer)]


def require_role(*roles: Role) -> Callable[[Agent], Awaitable[Agent]]:
    """A dependency that refuses everybody else with 403."""

    async def checked(agent: CurrentAgent) -> Agent:
        if agent.role not in roles:
            raise Forbidden(role=agent.role)
        return agent

    return checked


LeadDep = Annotated[Agent, Depends(require_role(Role.LEAD, Role.ADMIN))]
AdminDep = Annotated[Agent, Depends(require_role(Role.ADMIN))]
