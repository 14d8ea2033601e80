from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import queries, service, sign_in
from app.accounts.deps import CurrentAgent, CurrentSessionId, authenticate
from app.accounts.errors import SignInPaused, WrongPassword
from app.accounts.forms import PasswordForm, ProfileForm, SignInForm
from app.accounts.models import Agent
from app.accounts.service import Browser
from app.core.clock import now
from app.core.errors import NotSignedIn
from app.core.i18n import gettext, mark
from app.web.cookies import clear_session_cookie, set_session_cookie
from app.web.deps import DatabaseDep, RowId, SessionDep
from app.web.forms import words_by_field
from app.web.security import require_same_origin
from app.web.templates import render
from app.web.unit_of_work import unit_of_work_router

SEE_OTHER = 303
HOME = "/home"
WRONG = mark("The e-mail address or the password is wrong.")

pages = unit_of_work_router()
doors = APIRouter()
"""What verifies or makes a password: that takes long, and has its own short units of work around it."""


@dataclass(frozen=True, slots=True)
class SessionView:
    """A browser in the list of one's own."""

    id: int
    user_agent: str
    address: str
    last_seen_at: datetime
    is_current: bool


@pages.get("/sign-in")
async def show_sign_in(request: Request, session: SessionDep, next: str = "/") -> Response:
    if not await queries.has_agents(session):
        return render(request, "accounts/first_run.html", {})
    if await _is_signed_in(request, session):
        return RedirectResponse(first_page(next), SEE_OTHER)
    return _sign_in_page(request, SignInForm(next=safe_path(next)))


@doors.post("/sign-in")
async def sign_in_by_form(request: Request, database: DatabaseDep, form: Annotated[SignInForm, Form()]) -> Response:
    require_same_origin(request)
    try:
        token = await sign_in.sign_in(database, form, _browser(request))
    except SignInPaused as error:
        page = _sign_in_page(request, form, error=gettext(error.message), status_code=error.status_code)
        page.headers["Retry-After"] = str(error.retry_after)
        return page
    if token is None:
        return _sign_in_page(request, form, error=gettext(WRONG), status_code=NotSignedIn.status_code)
    response = RedirectResponse(first_page(form.next), SEE_OTHER)
    set_session_cookie(request, response, token)
    return response


@pages.post("/sign-out")
async def sign_out(
    request: Request, session: SessionDep, agent: CurrentAgent, session_id: CurrentSessionId
) -> Response:
    await sign_in.sign_out(session, agent, session_id=session_id)
    response = RedirectResponse("/sign-in", SEE_OTHER)
    clear_session_cookie(request, response)
    return response


@pages.get("/settings")
async def show_settings(request: Request, session: SessionDep, agent: CurrentAgent) -> Response:
    return await _settings_page(request, session, agent, saved="saved" in request.query_params)


@pages.post("/settings")
async def change_settings(request: Request, session: SessionDep, agent: CurrentAgent) -> Response:
    try:
        form = ProfileForm.model_validate(dict(await request.form()))
    except ValidationError as error:
        return await _settings_page(request, session, agent, errors=words_by_field(error))
    service.change_profile(agent, form)
    return RedirectResponse("/settings?saved=profile", SEE_OTHER)


@doors.post("/settings/password")
async def change_password(request: Request, database: DatabaseDep) -> Response:
    async with database.reading() as session:
        agent = await authenticate(request, session)
    keep = getattr(request.state, "session_id", None)
    try:
        form = PasswordForm.model_validate(dict(await request.form()))
        await sign_in.change_password(database, agent, form, keep_session=keep)
    except (ValidationError, WrongPassword) as error:
        async with database.reading() as session:
            return await _settings_page(request, session, agent, errors=_password_errors(error))
    return RedirectResponse("/settings?saved=password", SEE_OTHER)


@pages.post("/settings/sessions/others/end")
async def end_other_sessions(session: SessionDep, agent: CurrentAgent, session_id: CurrentSessionId) -> Response:
    await service.end_sessions(session, agent, but=session_id)
    return RedirectResponse("/settings", SEE_OTHER)


@pages.post("/settings/sessions/{session_id}/end")
async def end_session(session: SessionDep, agent: CurrentAgent, session_id: RowId) -> Response:
    await service.end_sessions(session, agent, only=session_id)
    return RedirectResponse("/settings", SEE_OTHER)


def first_page(target: str) -> str:
    """Whoever wanted nothing in particular begins with their own page."""
    path = safe_path(target)
    return HOME if path == "/" else path


def safe_path(target: str) -> str:
    """A place of ours, never another site: browsers read `//host` and a backslash as the beginning of one."""
    is_ours = target.startswith("/") and not target.startswith("//") and "\\" not in target and target.isprintable()
    return target if is_ours else "/"


def _sign_in_page(request: Request, form: SignInForm, *, error: str = "", status_code: int = 200) -> Response:
    context = {"email": form.email, "error": error, "next": safe_path(form.next)}
    return render(request, "accounts/sign_in.html", context, status_code=status_code)


async def _settings_page(
    request: Request, session: AsyncSession, agent: Agent, *, errors: dict[str, str] | None = None, saved: bool = False
) -> Response:
    sessions = await queries.list_sessions(session, agent.id, at=now())
    current = getattr(request.state, "session_id", None)
    views = [
        SessionView(each.id, each.user_agent, each.address, each.last_seen_at, each.id == current) for each in sessions
    ]
    context = {
        "agent": agent,
        "sessions": views,
        "current_session_id": current,
        "errors": errors or {},
        "saved": gettext("Saved.") if saved else "",
    }
    return render(request, "accounts/settings.html", context, status_code=422 if errors else 200)


def _password_errors(error: ValidationError | WrongPassword) -> dict[str, str]:
    return words_by_field(error) if isinstance(error, ValidationError) else {error.field: gettext(error.reason)}


async def _is_signed_in(request: Request, session: AsyncSession) -> bool:
    try:
        await authenticate(request, session)
    except NotSignedIn:
        return False
    return True


def _browser(request: Request) -> Browser:
    return Browser(request.headers.get("user-agent", ""), request.client.host if request.client else "")


router = APIRouter()
router.include_router(pages)
router.include_router(doors)
