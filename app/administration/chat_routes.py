"""Chats of websites: made, changed, paused; never removed, since their tickets stay."""

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.deps import CurrentAgent
from app.administration import choices
from app.administration.chats import chat_view, get_chat, list_chats, written
from app.administration.pages import SEE_OTHER, admin_router, saved, show
from app.channels import chat_service
from app.channels import service as channels
from app.channels.chat_forms import FRESH, ChatForm
from app.channels.models import Channel
from app.live.signals import signal_desk
from app.web.deps import RowId, SecretBoxDep, SessionDep
from app.web.entries import NOTHING_TYPED, Entry, attempt

PATH = "/admin/chat"
router = admin_router("chat")


@router.get("")
async def show_chats(request: Request, session: SessionDep) -> Response:
    return show(request, "chats.html", chats=await list_chats(session))


@router.get("/new")
async def show_new_chat(request: Request, session: SessionDep) -> Response:
    return await _page(request, session, None)


@router.post("")
async def make_chat(request: Request, session: SessionDep, admin: CurrentAgent, box: SecretBoxDep) -> Response:
    async def verb(form: ChatForm) -> Response:
        channel = await chat_service.create_chat(session, form, box, by=admin)
        return RedirectResponse(f"{PATH}/{channel.id}?saved=1", SEE_OTHER)

    return await attempt(request, ChatForm, verb, lambda entry: _page(request, session, None, _as_typed(entry)))


@router.get("/{channel_id}")
async def show_chat(request: Request, session: SessionDep, channel_id: RowId) -> Response:
    return await _page(request, session, await get_chat(session, channel_id))


@router.post("/{channel_id}")
async def change_chat(request: Request, session: SessionDep, admin: CurrentAgent, channel_id: RowId) -> Response:
    channel = await get_chat(session, channel_id)

    async def verb(form: ChatForm) -> Response:
        await chat_service.change_chat(session, channel, form, by=admin)
        return saved(f"{PATH}/{channel.id}")

    return await attempt(request, ChatForm, verb, lambda entry: _page(request, session, channel, _as_typed(entry)))


@router.post("/{channel_id}/pause")
async def pause(session: SessionDep, admin: CurrentAgent, channel_id: RowId) -> Response:
    await channels.pause(session, await get_chat(session, channel_id), by=admin)
    await signal_desk(session)
    return saved(f"{PATH}/{channel_id}")


@router.post("/{channel_id}/resumption")
async def resume(session: SessionDep, admin: CurrentAgent, channel_id: RowId) -> Response:
    await channels.resume(session, await get_chat(session, channel_id), by=admin)
    await signal_desk(session)
    return saved(f"{PATH}/{channel_id}")


def _as_typed(entry: Entry) -> Entry:
    """The sites are one field with several lines."""
    origins = "\n".join(entry.values.get("origins", ()))
    return Entry({**entry.values, "origins": origins}, entry.errors, entry.was_sent)


async def _page(
    request: Request, session: AsyncSession, channel: Channel | None, entry: Entry = NOTHING_TYPED
) -> Response:
    mailboxes = await choices.mailboxes(session)
    only = mailboxes[0][0] if len(mailboxes) == 1 else None
    current = written(channel) if channel else {**FRESH, "mail_channel_id": only}
    view = await chat_view(session, channel) if channel else None
    return show(request, "chat.html", entry, view=view, current=current, mailboxes=mailboxes)
