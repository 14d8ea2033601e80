"""What has a page of its own in the settings of a chat: hours, questions, logged-in visitors, who is blocked; and its
picture."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import UploadFile

from app.accounts.deps import CurrentAgent
from app.administration import trying
from app.administration.chats import MAX_PICTURE, chat_view, get_chat, small_picture, written_fields
from app.administration.pages import admin_router, saved, show
from app.channels import chat_service
from app.channels.chat_forms import FieldsForm
from app.channels.hours_forms import WEEKDAYS, HoursForm, as_written
from app.channels.models import Channel
from app.chat import blocking, desk_queries
from app.conversations.picture_queries import keep_picture
from app.core.blobs import register
from app.core.clock import now
from app.core.errors import Invalid
from app.core.i18n import gettext
from app.web.deps import BlobsDep, DatabaseDep, RowId, SecretBoxDep, SessionDep
from app.web.entries import NOTHING_TYPED, Entry, attempt

PATH = "/admin/chat"
JPEG = "image/jpeg"
router = admin_router("chat")
doors = APIRouter(prefix=PATH)
"""What takes its time, and so is in no unit of work."""


@router.get("/{channel_id}/hours")
async def show_hours(request: Request, session: SessionDep, channel_id: RowId) -> Response:
    return await _hours(request, session, await get_chat(session, channel_id))


@router.post("/{channel_id}/hours")
async def save_hours(request: Request, session: SessionDep, admin: CurrentAgent, channel_id: RowId) -> Response:
    channel = await get_chat(session, channel_id)

    async def verb(form: HoursForm) -> Response:
        await chat_service.change_hours(session, channel, form, by=admin)
        return saved(f"{PATH}/{channel.id}/hours")

    return await attempt(request, HoursForm, verb, lambda entry: _hours(request, session, channel, entry))


@router.get("/{channel_id}/questions")
async def show_questions(request: Request, session: SessionDep, channel_id: RowId) -> Response:
    return await _questions(request, await get_chat(session, channel_id))


@router.post("/{channel_id}/questions")
async def save_questions(request: Request, session: SessionDep, admin: CurrentAgent, channel_id: RowId) -> Response:
    channel = await get_chat(session, channel_id)

    async def verb(form: FieldsForm) -> Response:
        chat_service.change_fields(session, channel, form, by=admin)
        return saved(f"{PATH}/{channel.id}/questions")

    return await attempt(request, FieldsForm, verb, lambda entry: _questions(request, channel, entry))


@router.get("/{channel_id}/identity")
async def show_identity(request: Request, session: SessionDep, channel_id: RowId) -> Response:
    return show(request, "chat_identity.html", channel=await get_chat(session, channel_id), secret="")


@router.post("/{channel_id}/identity")
async def renew_secret(
    request: Request, session: SessionDep, admin: CurrentAgent, box: SecretBoxDep, channel_id: RowId
) -> Response:
    """Shown by this answer, and never again."""
    channel = await get_chat(session, channel_id)
    await session.refresh(channel, ["secrets"])
    secret = chat_service.renew_secret(session, channel, box, by=admin)
    response = show(request, "chat_identity.html", channel=channel, secret=secret)
    response.headers["Cache-Control"] = "no-store"
    return response


@router.get("/{channel_id}/blocked")
async def show_blocked(request: Request, session: SessionDep, channel_id: RowId) -> Response:
    channel = await get_chat(session, channel_id)
    return show(
        request, "chat_blocked.html", channel=channel, visitors=await desk_queries.list_blocked(session, channel.id)
    )


@router.post("/{channel_id}/blocked/{visitor_id}/unblocking")
async def unblock(session: SessionDep, admin: CurrentAgent, channel_id: RowId, visitor_id: RowId) -> Response:
    await get_chat(session, channel_id)
    await blocking.unblock_visitor(session, visitor_id, channel_id=channel_id, by=admin)
    return saved(f"{PATH}/{channel_id}/blocked")


@router.get("/{channel_id}/picture")
async def show_picture(request: Request, session: SessionDep, channel_id: RowId) -> Response:
    view = await chat_view(session, await get_chat(session, channel_id))
    return show(request, "chat_picture.html", view=view)


@doors.post("/{channel_id}/picture")
async def set_picture(request: Request, database: DatabaseDep, blobs: BlobsDep, channel_id: RowId) -> Response:
    """Made small before it is kept; without a file the one there is goes."""
    admin = await trying.admin_of(request, database)
    try:
        data = await _picture(request)
        small = await small_picture(data) if data is not None else None
    except Invalid as error:
        return await _picture_again(request, database, channel_id, gettext(error.reason))
    sha256 = await blobs.put(small) if small else None
    async with database.transaction() as session:
        channel = await get_chat(session, channel_id)
        if small and sha256:
            await register(session, {sha256: len(small)})
            await keep_picture(session, f"chat/{channel.key}", sha256=sha256, content_type=JPEG, at=now())
        chat_service.set_avatar(session, channel, sha256, by=admin)
    return saved(f"{PATH}/{channel_id}/picture")


async def _picture(request: Request) -> bytes | None:
    """None: it is to go."""
    file = (await request.form()).get("picture")
    if not isinstance(file, UploadFile):
        return None
    try:
        return await file.read(MAX_PICTURE + 1)
    finally:
        await file.close()


async def _picture_again(request: Request, database: DatabaseDep, channel_id: int, words: str) -> Response:
    async with database.reading() as session:
        view = await chat_view(session, await get_chat(session, channel_id))
    return show(request, "chat_picture.html", Entry(errors={"picture": words}), view=view)


async def _hours(request: Request, session: AsyncSession, channel: Channel, entry: Entry = NOTHING_TYPED) -> Response:
    view, kept = await chat_view(session, channel), channel.settings.get("hours")
    context: dict[str, Any] = {"view": view, "weekdays": WEEKDAYS, "written": as_written(kept), "has_hours": bool(kept)}
    return show(request, "chat_hours.html", entry, **context)


async def _questions(request: Request, channel: Channel, entry: Entry = NOTHING_TYPED) -> Response:
    return show(request, "chat_questions.html", entry, channel=channel, lines=written_fields(channel))
