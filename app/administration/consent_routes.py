"""A mailbox that is signed in to by consent: to the provider's page, and back from it."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from app.administration import trying
from app.administration.pages import SEE_OTHER, saved
from app.channels import consents
from app.core.settings import Settings
from app.web.deps import DatabaseDep, RowId, SecretBoxDep, SettingsDep

PATH = "/admin/mailboxes"
doors = APIRouter(prefix=PATH)
"""What asks servers, and so is in no unit of work."""


@doors.get("/consent")
async def come_back(
    request: Request,
    database: DatabaseDep,
    box: SecretBoxDep,
    settings: SettingsDep,
    state: Annotated[str, Query(max_length=2000)] = "",
    code: Annotated[str, Query(max_length=4000)] = "",
    error: Annotated[str, Query(max_length=300)] = "",
) -> Response:
    """What the provider said stands on the mailbox's page, whichever it is."""
    admin = await trying.admin_of(request, database)
    if not state:
        return RedirectResponse(PATH, SEE_OTHER)
    channel_id, verifier = consents.asked_for(state, box, by=admin)
    channel = await trying.load(database, channel_id)
    answer = consents.Answer(code, error, redirect_uri=_here(settings), verifier=verifier)
    is_granted = await consents.receive(database, channel, box, answer, by=admin)
    return saved(f"{PATH}/{channel_id}") if is_granted else RedirectResponse(f"{PATH}/{channel_id}", SEE_OTHER)


@doors.get("/{channel_id}/consent")
async def ask(
    request: Request, database: DatabaseDep, box: SecretBoxDep, settings: SettingsDep, channel_id: RowId
) -> Response:
    """A link, since pages may not send forms elsewhere, and nothing is changed by it."""
    admin = await trying.admin_of(request, database)
    channel = await trying.load(database, channel_id)
    if not consents.is_by_consent(channel):
        return RedirectResponse(f"{PATH}/{channel_id}", SEE_OTHER)
    return RedirectResponse(consents.ask(channel, box, redirect_uri=_here(settings), by=admin), SEE_OTHER)


def _here(settings: Settings) -> str:
    return f"{settings.base_url.rstrip('/')}{PATH}/consent"
