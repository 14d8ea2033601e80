"""LINE official accounts: made, tried out, paused; never removed, since their tickets stay."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.deps import CurrentAgent
from app.administration import trying
from app.administration.line_accounts import account_view, get_account
from app.administration.pages import SEE_OTHER, admin_router, saved, show
from app.channels import lines
from app.channels import service as channels
from app.channels.line_forms import LineForm
from app.channels.line_trying import Trial, point_here, try_line
from app.channels.models import Channel
from app.channels.trying import Step
from app.core.crypto import SecretBox
from app.core.database import Database
from app.live.signals import signal_desk
from app.web.deps import DatabaseDep, RowId, SecretBoxDep, SessionDep
from app.web.entries import NOTHING_TYPED, Entry, attempt, typed
from app.web.forms import words_by_field

PATH = "/admin/line"
router = admin_router("line")
doors = APIRouter(prefix=PATH)
"""What asks LINE, and so is in no unit of work."""


@router.get("/new")
async def show_new_account(request: Request) -> Response:
    return show(request, "line.html", account=None, current={})


@router.post("")
async def make_account(request: Request, session: SessionDep, admin: CurrentAgent, box: SecretBoxDep) -> Response:
    async def verb(form: LineForm) -> Response:
        channel = await lines.create_line(session, form, box, by=admin)
        return RedirectResponse(f"{PATH}/{channel.id}?saved=1#steps", SEE_OTHER)

    async def again(entry: Entry) -> Response:
        return show(request, "line.html", entry, account=None, current={})

    return await attempt(request, LineForm, verb, again)


@doors.post("/check")
async def check_new(request: Request, database: DatabaseDep, box: SecretBoxDep) -> Response:
    await trying.admin_of(request, database)
    return _show_trial(request, None, await _try(request, None, box))


@doors.post("/{channel_id}/check")
async def check(request: Request, database: DatabaseDep, box: SecretBoxDep, channel_id: RowId) -> Response:
    await trying.admin_of(request, database)
    channel = await trying.load_account(database, channel_id)
    return _show_trial(request, channel, await _try_and_learn(request, database, channel, box))


@doors.post("/{channel_id}/webhook")
async def set_webhook(request: Request, database: DatabaseDep, box: SecretBoxDep, channel_id: RowId) -> Response:
    """Tells LINE where this desk is, and looks again."""
    await trying.admin_of(request, database)
    channel = await trying.load_account(database, channel_id)
    problem = await point_here(channel, box)
    trial = Trial([problem]) if problem else await _try_and_learn(request, database, channel, box)
    return _show_trial(request, channel, trial)


@router.get("/{channel_id}")
async def show_account(request: Request, session: SessionDep, channel_id: RowId) -> Response:
    return await _page(request, session, await get_account(session, channel_id))


@router.post("/{channel_id}")
async def change_account(
    request: Request, session: SessionDep, admin: CurrentAgent, box: SecretBoxDep, channel_id: RowId
) -> Response:
    channel = await get_account(session, channel_id)

    async def verb(form: LineForm) -> Response:
        await lines.change_line(session, channel, form, box, by=admin)
        return saved(f"{PATH}/{channel.id}")

    return await attempt(request, LineForm, verb, lambda entry: _page(request, session, channel, entry))


@router.post("/{channel_id}/pause")
async def pause(session: SessionDep, admin: CurrentAgent, channel_id: RowId) -> Response:
    await channels.pause(session, await get_account(session, channel_id), by=admin)
    await signal_desk(session)
    return saved(f"{PATH}/{channel_id}")


@router.post("/{channel_id}/resumption")
async def resume(session: SessionDep, admin: CurrentAgent, channel_id: RowId) -> Response:
    await channels.resume(session, await get_account(session, channel_id), by=admin)
    await signal_desk(session)
    return saved(f"{PATH}/{channel_id}")


async def _try(request: Request, channel: Channel | None, box: SecretBox) -> Trial:
    try:
        form = LineForm.model_validate(typed(await request.form(), LineForm))
    except ValidationError as error:
        return Trial([Step("form", False, words, field=name) for name, words in words_by_field(error).items()])
    return await try_line(channel, form, box)


async def _try_and_learn(request: Request, database: Database, channel: Channel, box: SecretBox) -> Trial:
    trial = await _try(request, channel, box)
    if trial.basic_id and trial.basic_id != channel.address:
        async with database.transaction() as session:
            lines.learn_basic_id(await get_account(session, channel.id), trial.basic_id)
    return trial


def _show_trial(request: Request, channel: Channel | None, trial: Trial) -> Response:
    where = f"{PATH}/{channel.id}/webhook" if channel and trial.can_be_set else ""
    return show(request, "_check.html", steps=trial.steps, set_at=where)


async def _page(request: Request, session: AsyncSession, channel: Channel, entry: Entry = NOTHING_TYPED) -> Response:
    names = {"name": channel.name, "basic_id": channel.address, "hold_seconds": channel.hold_seconds}
    account = await account_view(session, channel)
    return show(request, "line.html", entry, account=account, current={**channel.settings, **names})
