"""What a LINE account says by itself, and when it is open."""

from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.deps import CurrentAgent
from app.administration.line_accounts import get_account
from app.administration.pages import admin_router, saved, show
from app.autoreplies import talks
from app.autoreplies.talk_forms import TalkAnswersForm
from app.autoreplies.wording import OF_WRITERS
from app.channels.hours import read_hours
from app.channels.hours_forms import WEEKDAYS, as_written
from app.channels.models import Channel
from app.core.clock import now
from app.letters.fields import FIELDS
from app.web.deps import RowId, SessionDep
from app.web.entries import NOTHING_TYPED, Entry, attempt

PATH = "/admin/line/{channel_id}/answers"
router = admin_router("line")


@router.get("/{channel_id}/answers")
async def show_answers(request: Request, session: SessionDep, channel_id: RowId) -> Response:
    return await _page(request, session, await get_account(session, channel_id))


@router.post("/{channel_id}/answers")
async def save_answers(request: Request, session: SessionDep, admin: CurrentAgent, channel_id: RowId) -> Response:
    channel = await get_account(session, channel_id)

    async def verb(form: TalkAnswersForm) -> Response:
        await talks.save(session, channel, form, by=admin)
        return saved(PATH.format(channel_id=channel.id))

    return await attempt(request, TalkAnswersForm, verb, lambda entry: _page(request, session, channel, entry))


async def _page(request: Request, session: AsyncSession, channel: Channel, entry: Entry = NOTHING_TYPED) -> Response:
    hours = read_hours(channel.settings, request.app.state.settings.zone)
    return show(
        request,
        "line_answers.html",
        entry,
        channel=channel,
        answers=await talks.list_or_suggest(session, channel),
        weekdays=WEEKDAYS,
        written=as_written(channel.settings.get("hours")),
        is_open=hours.is_open(now()) if hours else None,
        opens_at=hours.opens_at(now()) if hours else None,
        fields=[field for field in FIELDS if field.key not in OF_WRITERS],
    )
