"""Web forms: made, worded, filled with fields, paused; never removed, since their tickets stay."""

from typing import Any

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.deps import CurrentAgent
from app.administration import choices
from app.administration.pages import SEE_OTHER, admin_router, saved, show
from app.autoreplies import service as autoreplies
from app.autoreplies.forms import AutoReplyForm
from app.autoreplies.wording import OF_WRITERS
from app.channels import service as channels
from app.channels.models import Channel
from app.letters.fields import FIELDS
from app.live.signals import signal_desk
from app.web.deps import RowId, SessionDep
from app.web.entries import NOTHING_TYPED, Entry, attempt
from app.webforms import queries, service
from app.webforms.forms import WebForm

PATH = "/admin/forms"
router = admin_router("forms")


@router.get("")
async def show_forms(request: Request, session: SessionDep) -> Response:
    forms = await queries.list_forms(session)
    ids = [form.id for form in forms]
    fields = {form.id: len(await queries.list_fields(session, form.id)) for form in forms}
    counts = await queries.count_tickets(session, ids)
    return show(request, "forms.html", forms=forms, counts=counts, field_counts=fields)


@router.get("/new")
async def show_new_form(request: Request, session: SessionDep) -> Response:
    return await _page(request, session, None)


@router.post("")
async def make_form(request: Request, session: SessionDep, admin: CurrentAgent) -> Response:
    async def verb(form: WebForm) -> Response:
        channel = await service.create_form(session, form, by=admin)
        return RedirectResponse(f"{PATH}/{channel.id}?saved=1", SEE_OTHER)

    return await attempt(request, WebForm, verb, lambda entry: _page(request, session, None, entry))


@router.get("/{channel_id}")
async def show_form(request: Request, session: SessionDep, channel_id: RowId) -> Response:
    return await _page(request, session, await queries.get_form(session, channel_id))


@router.post("/{channel_id}")
async def change_form(request: Request, session: SessionDep, admin: CurrentAgent, channel_id: RowId) -> Response:
    channel = await queries.get_form(session, channel_id)

    async def verb(form: WebForm) -> Response:
        await service.change_form(session, channel, form, by=admin)
        return saved(f"{PATH}/{channel.id}")

    return await attempt(request, WebForm, verb, lambda entry: _page(request, session, channel, entry))


@router.get("/{channel_id}/auto-reply")
async def show_confirmation(request: Request, session: SessionDep, channel_id: RowId) -> Response:
    return await _confirmation(request, session, await queries.get_form(session, channel_id))


@router.post("/{channel_id}/auto-reply")
async def save_confirmation(request: Request, session: SessionDep, admin: CurrentAgent, channel_id: RowId) -> Response:
    channel = await queries.get_form(session, channel_id)

    async def verb(form: AutoReplyForm) -> Response:
        await autoreplies.save(session, channel, form, by=admin)
        return saved(f"{PATH}/{channel.id}/auto-reply")

    return await attempt(request, AutoReplyForm, verb, lambda entry: _confirmation(request, session, channel, entry))


@router.post("/{channel_id}/pause")
async def pause(session: SessionDep, admin: CurrentAgent, channel_id: RowId) -> Response:
    await channels.pause(session, await queries.get_form(session, channel_id), by=admin)
    await signal_desk(session)
    return saved(f"{PATH}/{channel_id}")


@router.post("/{channel_id}/resumption")
async def resume(session: SessionDep, admin: CurrentAgent, channel_id: RowId) -> Response:
    await channels.resume(session, await queries.get_form(session, channel_id), by=admin)
    await signal_desk(session)
    return saved(f"{PATH}/{channel_id}")


async def _confirmation(
    request: Request, session: AsyncSession, channel: Channel, entry: Entry = NOTHING_TYPED
) -> Response:
    auto_reply = await autoreplies.find_or_suggest(session, channel)
    fields = [field for field in FIELDS if field.key not in OF_WRITERS]
    return show(request, "form_auto_reply.html", entry, channel=channel, auto_reply=auto_reply, fields=fields)


async def _page(
    request: Request, session: AsyncSession, channel: Channel | None, entry: Entry = NOTHING_TYPED
) -> Response:
    return show(
        request,
        "form.html",
        entry,
        channel=channel,
        current=await _current(session, channel),
        mailboxes=await choices.mailboxes(session),
        auto_reply=await autoreplies.find_or_suggest(session, channel) if channel else None,
        fields=await queries.list_fields(session, channel.id) if channel else [],
    )


async def _current(session: AsyncSession, channel: Channel | None) -> dict[str, Any]:
    if channel is None:
        return {"mail_channel_id": await service.only_mailbox(session), "title_ja": "お問い合わせ"}
    return {"name": channel.name, **channel.settings}
