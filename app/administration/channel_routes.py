"""Channels of installed packages and of the API: made, tried out, paused; never removed, since their tickets stay."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.deps import CurrentAgent
from app.administration import choices, trying
from app.administration.channels import (
    channel_view,
    current_values,
    get_other,
    list_others,
    new_kinds,
)
from app.administration.pages import SEE_OTHER, admin_router, saved, show
from app.channels import described
from app.channels import service as channels
from app.channels.kind_forms import ChannelForm, form_of
from app.channels.kinds import list_kinds, view_kind
from app.channels.models import API, Channel
from app.channels.trying import Step
from app.core.crypto import SecretBox
from app.core.errors import NotFound
from app.live.signals import signal_desk
from app.web.deps import DatabaseDep, RowId, SecretBoxDep, SessionDep, SettingsDep
from app.web.entries import NOTHING_TYPED, Entry, attempt, typed
from app.web.forms import words_by_field

PATH = "/admin/channels"
router = admin_router("channels")
doors = APIRouter(prefix=PATH)
"""What asks providers, and so is in no unit of work."""

KindQuery = Annotated[str, Query(max_length=100)]


@router.get("")
async def show_channels(request: Request, session: SessionDep) -> Response:
    return show(request, "channels.html", channels=await list_others(session), kinds=new_kinds())


@router.get("/new")
async def show_new_channel(request: Request, session: SessionDep, kind: KindQuery = API) -> Response:
    return await _new_page(request, session, _known(kind))


@router.post("")
async def make_channel(
    request: Request, session: SessionDep, admin: CurrentAgent, box: SecretBoxDep, kind: KindQuery = API
) -> Response:
    async def verb(form: ChannelForm) -> Response:
        channel = await described.create_channel(session, kind, form, box, by=admin)
        await signal_desk(session)
        return RedirectResponse(f"{PATH}/{channel.id}?saved=1", SEE_OTHER)

    return await attempt(request, form_of(_known(kind)), verb, lambda entry: _new_page(request, session, kind, entry))


@doors.post("/check")
async def check_new(request: Request, database: DatabaseDep, box: SecretBoxDep, kind: KindQuery = API) -> Response:
    await trying.admin_of(request, database)
    return await _try(request, _known(kind), None, box)


@doors.post("/{channel_id}/check")
async def check(request: Request, database: DatabaseDep, box: SecretBoxDep, channel_id: RowId) -> Response:
    await trying.admin_of(request, database)
    async with database.reading() as session:
        channel = await get_other(session, channel_id)
    return await _try(request, channel.kind, channel, box)


@router.get("/{channel_id}")
async def show_channel(request: Request, session: SessionDep, settings: SettingsDep, channel_id: RowId) -> Response:
    return await _page(request, session, await get_other(session, channel_id), base_url=settings.base_url)


@router.post("/{channel_id}")
async def change_channel(
    request: Request,
    session: SessionDep,
    admin: CurrentAgent,
    box: SecretBoxDep,
    settings: SettingsDep,
    channel_id: RowId,
) -> Response:
    channel = await get_other(session, channel_id)

    async def verb(form: ChannelForm) -> Response:
        await described.change_channel(session, channel, form, box, by=admin)
        return saved(f"{PATH}/{channel.id}")

    async def again(entry: Entry) -> Response:
        return await _page(request, session, channel, entry, base_url=settings.base_url)

    return await attempt(request, form_of(channel.kind), verb, again)


@router.post("/{channel_id}/pause")
async def pause(session: SessionDep, admin: CurrentAgent, channel_id: RowId) -> Response:
    await channels.pause(session, await get_other(session, channel_id), by=admin)
    await signal_desk(session)
    return saved(f"{PATH}/{channel_id}")


@router.post("/{channel_id}/resumption")
async def resume(session: SessionDep, admin: CurrentAgent, channel_id: RowId) -> Response:
    await channels.resume(session, await get_other(session, channel_id), by=admin)
    await signal_desk(session)
    return saved(f"{PATH}/{channel_id}")


def _known(kind: str) -> str:
    if kind not in list_kinds():
        raise NotFound(kind=kind)
    return kind


async def _try(request: Request, kind: str, channel: Channel | None, box: SecretBox) -> Response:
    form_type = form_of(kind)
    try:
        form = form_type.model_validate(typed(await request.form(), form_type))
    except ValidationError as error:
        steps = [Step("form", False, words, field=name) for name, words in words_by_field(error).items()]
    else:
        steps = await described.try_channel(kind, channel, form, box)
    return show(request, "_check.html", steps=steps)


async def _new_page(request: Request, session: AsyncSession, kind: str, entry: Entry = NOTHING_TYPED) -> Response:
    return await _show(request, session, entry, view=None, kind=view_kind(kind), current={})


async def _page(
    request: Request, session: AsyncSession, channel: Channel, entry: Entry = NOTHING_TYPED, *, base_url: str
) -> Response:
    view, current = await channel_view(session, channel), current_values(channel)
    return await _show(request, session, entry, view=view, kind=view.kind, current=current, base_url=base_url)


async def _show(request: Request, session: AsyncSession, entry: Entry, **context: Any) -> Response:
    mailboxes = await choices.mailboxes(session) if context["kind"].is_api else []
    return show(request, "channel.html", entry, mailboxes=mailboxes, **context)
