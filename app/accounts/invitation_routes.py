"""Where a link of an invitation leads: whoever holds it chooses a password, and is in."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from app.accounts import invitations
from app.accounts.errors import InvitationAccepted, InvitationUnknown
from app.accounts.forms import AcceptanceForm
from app.accounts.invitation_models import Invitation
from app.accounts.service import Browser
from app.core.i18n import gettext
from app.web.cookies import set_session_cookie
from app.web.deps import DatabaseDep
from app.web.entries import NOTHING_TYPED, Entry, attempt
from app.web.security import require_same_origin
from app.web.templates import render

SEE_OTHER = 303
MAX_TOKEN_LENGTH = 200

router = APIRouter(prefix="/invitations/{token}")


@router.get("")
async def show_invitation(request: Request, database: DatabaseDep, token: str) -> Response:
    return await _page(request, database, token)


@router.post("")
async def accept(request: Request, database: DatabaseDep, token: str) -> Response:
    require_same_origin(request)

    async def verb(form: AcceptanceForm) -> Response:
        browser = Browser(request.headers.get("user-agent", ""), request.client.host if request.client else "")
        session_token = await invitations.accept(database, token, form, browser)
        response = RedirectResponse("/", SEE_OTHER)
        set_session_cookie(request, response, session_token)
        return response

    try:
        return await attempt(request, AcceptanceForm, verb, lambda entry: _page(request, database, token, entry))
    except (InvitationUnknown, InvitationAccepted) as error:
        return _refusal(request, error)


async def _page(request: Request, database: DatabaseDep, token: str, entry: Entry = NOTHING_TYPED) -> Response:
    try:
        async with database.reading() as session:
            invitation: Invitation = await invitations.look_at(session, token[:MAX_TOKEN_LENGTH])
    except (InvitationUnknown, InvitationAccepted) as error:
        return _refusal(request, error)
    context = {"invitation": invitation, "token": token, "entry": entry}
    return render(request, "accounts/invitation.html", context, status_code=entry.status_code)


def _refusal(request: Request, error: InvitationUnknown | InvitationAccepted) -> Response:
    words = gettext(error.message)
    return render(request, "accounts/invitation_over.html", {"words": words}, status_code=error.status_code)
