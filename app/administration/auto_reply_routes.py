"""What a mailbox says by itself to new inquiries."""

from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.deps import CurrentAgent
from app.administration.mailboxes import get_mailbox
from app.administration.pages import admin_router, saved, show
from app.autoreplies import service
from app.autoreplies.forms import AutoReplyForm
from app.autoreplies.wording import OF_WRITERS
from app.channels.models import Channel
from app.letters.fields import FIELDS
from app.web.deps import RowId, SessionDep
from app.web.entries import NOTHING_TYPED, Entry, attempt

PATH = "/admin/mailboxes/{channel_id}/auto-reply"
router = admin_router("mailboxes")


@router.get("/{channel_id}/auto-reply")
async def show_auto_reply(request: Request, session: SessionDep, channel_id: RowId) -> Response:
    return await _page(request, session, await get_mailbox(session, channel_id))


@router.post("/{channel_id}/auto-reply")
async def save_auto_reply(request: Request, session: SessionDep, admin: CurrentAgent, channel_id: RowId) -> Response:
    channel = await get_mailbox(session, channel_id)

    async def verb(form: AutoReplyForm) -> Response:
        await service.save(session, channel, form, by=admin)
        return saved(PATH.format(channel_id=channel.id))

    return await attempt(request, AutoReplyForm, verb, lambda entry: _page(request, session, channel, entry))


async def _page(request: Request, session: AsyncSession, channel: Channel, entry: Entry = NOTHING_TYPED) -> Response:
    auto_reply = await service.find_or_suggest(session, channel)
    fields = [field for field in FIELDS if field.key not in OF_WRITERS]
    return show(request, "auto_reply.html", entry, channel=channel, auto_reply=auto_reply, fields=fields)
