"""Mailboxes: made, tried out, paused; never removed, since their tickets stay."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.deps import CurrentAgent
from app.administration import trying
from app.administration.line_accounts import list_accounts
from app.administration.mailboxes import get_mailbox, list_mailboxes, mailbox_view
from app.administration.pages import SEE_OTHER, admin_router, saved, show
from app.channels import queries as channel_queries
from app.channels import service as channels
from app.channels.forms import MailboxForm, alias_line
from app.channels.kinds import WITH_PAGES
from app.channels.models import CHAT, LINE, Channel
from app.channels.providers import guess
from app.live.signals import signal_desk
from app.web.deps import DatabaseDep, RowId, SecretBoxDep, SessionDep
from app.web.entries import NOTHING_TYPED, Entry, attempt

PATH = "/admin/mailboxes"
router = admin_router("mailboxes")
doors = APIRouter(prefix=PATH)
"""What asks servers, and so is in no unit of work."""


@router.get("")
async def show_mailboxes(request: Request, session: SessionDep) -> Response:
    accounts = await list_accounts(session)
    return show(request, "mailboxes.html", mailboxes=await list_mailboxes(session), accounts=accounts)


@router.get("/new")
async def show_new_mailbox(
    request: Request,
    address: Annotated[str, Query(max_length=254)] = "",
    name: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """First the address; what follows from it is guessed."""
    values = {
        "address": address.strip(),
        "name": name.strip(),
        "imap_user": address.strip(),
        "smtp_user": address.strip(),
    }
    guessed = guess(address) if "@" in address else None
    return show(request, "mailbox.html", mailbox=None, current=values, guessed=guessed)


@router.post("")
async def make_mailbox(request: Request, session: SessionDep, admin: CurrentAgent, box: SecretBoxDep) -> Response:
    async def verb(form: MailboxForm) -> Response:
        await channels.require_free_address(session, form.address)
        channel = await channels.create_email(session, form, box, by=admin)
        return RedirectResponse(f"{PATH}/{channel.id}?saved=1", SEE_OTHER)

    async def again(entry: Entry) -> Response:
        guessed = guess(str(entry.value("address")))
        return show(request, "mailbox.html", _with_lines(entry), mailbox=None, current={}, guessed=guessed)

    return await attempt(request, MailboxForm, verb, again)


@doors.post("/check")
async def check_new(request: Request, database: DatabaseDep, box: SecretBoxDep) -> Response:
    await trying.admin_of(request, database)
    return show(request, "_check.html", steps=await trying.try_settings(request, None, box))


@doors.post("/{channel_id}/check")
async def check(request: Request, database: DatabaseDep, box: SecretBoxDep, channel_id: RowId) -> Response:
    await trying.admin_of(request, database)
    channel = await trying.load(database, channel_id)
    return show(request, "_check.html", steps=await trying.try_settings(request, channel, box))


@router.get("/{channel_id}")
async def show_mailbox(request: Request, session: SessionDep, channel_id: RowId) -> Response:
    """Whoever follows a warning or a line of the log knows the channel by its number alone."""
    kind = (await channel_queries.get_channel(session, channel_id)).kind
    if kind == LINE:
        return RedirectResponse(f"/admin/line/{channel_id}", SEE_OTHER)
    if kind == CHAT:
        return RedirectResponse(f"/admin/chat/{channel_id}", SEE_OTHER)
    if kind not in WITH_PAGES:
        return RedirectResponse(f"/admin/channels/{channel_id}", SEE_OTHER)
    return await _page(request, session, await get_mailbox(session, channel_id))


@router.get("/{channel_id}/folders")
async def show_folders(request: Request, session: SessionDep, channel_id: RowId) -> Response:
    """How far a fetch is, for a page that looks on."""
    mailbox = await mailbox_view(session, await get_mailbox(session, channel_id))
    return show(request, "_folders.html", mailbox=mailbox)


@router.post("/{channel_id}")
async def change_mailbox(
    request: Request, session: SessionDep, admin: CurrentAgent, box: SecretBoxDep, channel_id: RowId
) -> Response:
    channel = await get_mailbox(session, channel_id)

    async def verb(form: MailboxForm) -> Response:
        await channels.change_email(session, channel, form, box, by=admin)
        return saved(f"{PATH}/{channel.id}")

    return await attempt(request, MailboxForm, verb, lambda entry: _page(request, session, channel, _with_lines(entry)))


@router.post("/{channel_id}/pause")
async def pause(session: SessionDep, admin: CurrentAgent, channel_id: RowId) -> Response:
    await channels.pause(session, await get_mailbox(session, channel_id), by=admin)
    await signal_desk(session)
    return saved(f"{PATH}/{channel_id}")


@router.post("/{channel_id}/resumption")
async def resume(session: SessionDep, admin: CurrentAgent, channel_id: RowId) -> Response:
    await channels.resume(session, await get_mailbox(session, channel_id), by=admin)
    await signal_desk(session)
    return saved(f"{PATH}/{channel_id}")


def _with_lines(entry: Entry) -> Entry:
    """The further addresses as they were typed: one field with several lines."""
    return replace(entry, values={**entry.values, "aliases": "\n".join(entry.values.get("aliases", ()))})


async def _page(request: Request, session: AsyncSession, channel: Channel, entry: Entry = NOTHING_TYPED) -> Response:
    current = {
        **channel.settings,
        "aliases": "\n".join(map(alias_line, channel.settings.get("aliases", ()))),
        "name": channel.name,
        "address": channel.address,
        "hold_seconds": channel.hold_seconds,
    }
    return show(
        request, "mailbox.html", entry, mailbox=await mailbox_view(session, channel), current=current, guessed=None
    )
