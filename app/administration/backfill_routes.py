"""Older mail of a mailbox, taken in as history: begun, held up, ended (G7)."""

from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.deps import CurrentAgent
from app.administration.mailboxes import get_mailbox
from app.administration.pages import admin_router, saved, show
from app.channels.models import Channel
from app.imports import queries, service
from app.imports.forms import BackfillForm
from app.imports.models import Backfill
from app.web.deps import RowId, SessionDep
from app.web.entries import NOTHING_TYPED, Entry, attempt

router = admin_router("mailboxes/{channel_id}/backfills")


@router.get("")
async def show_backfills(request: Request, session: SessionDep, channel_id: RowId) -> Response:
    return await _page(request, session, await get_mailbox(session, channel_id))


@router.get("/progress")
async def show_progress(request: Request, session: SessionDep, channel_id: RowId) -> Response:
    """How far each is, for a page that looks on."""
    channel = await get_mailbox(session, channel_id)
    backfills = await queries.list_of_channel(session, channel.id)
    return show(request, "_backfills.html", channel=channel, backfills=backfills)


@router.post("")
async def begin(request: Request, session: SessionDep, admin: CurrentAgent, channel_id: RowId) -> Response:
    channel = await get_mailbox(session, channel_id)

    async def verb(form: BackfillForm) -> Response:
        await service.begin(session, channel, form, by=admin)
        return saved(_path(channel))

    return await attempt(request, BackfillForm, verb, lambda entry: _page(request, session, channel, entry))


@router.post("/{backfill_id}/pause")
async def pause(session: SessionDep, channel_id: RowId, backfill_id: RowId) -> Response:
    channel, backfill = await _load(session, channel_id, backfill_id)
    service.pause(backfill)
    return saved(_path(channel))


@router.post("/{backfill_id}/resumption")
async def resume(session: SessionDep, channel_id: RowId, backfill_id: RowId) -> Response:
    channel, backfill = await _load(session, channel_id, backfill_id)
    service.resume(session, backfill)
    return saved(_path(channel))


@router.post("/{backfill_id}/cancellation")
async def cancel(session: SessionDep, channel_id: RowId, backfill_id: RowId) -> Response:
    channel, backfill = await _load(session, channel_id, backfill_id)
    service.cancel(backfill)
    return saved(_path(channel))


def _path(channel: Channel) -> str:
    return f"/admin/mailboxes/{channel.id}/backfills"


async def _load(session: AsyncSession, channel_id: int, backfill_id: int) -> tuple[Channel, Backfill]:
    channel = await get_mailbox(session, channel_id)
    return channel, await queries.get_of_channel(session, channel.id, backfill_id)


async def _page(request: Request, session: AsyncSession, channel: Channel, entry: Entry = NOTHING_TYPED) -> Response:
    backfills = await queries.list_of_channel(session, channel.id)
    return show(request, "backfills.html", entry, channel=channel, backfills=backfills)
