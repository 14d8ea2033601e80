"""Web forms among the channels: made and changed."""

import secrets

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import audit
from app.accounts.models import Agent
from app.autoreplies.models import AutoReply
from app.autoreplies.wording import SUGGESTED
from app.channels import queries as channel_queries
from app.channels.models import FORM, Channel
from app.channels.service import KEY_BYTES, SUBJECT, require_mailbox, told
from app.core.database import wake_at_commit
from app.core.wakeups import CHANNELS, RIGHTS
from app.webforms.forms import WebForm
from app.webforms.models import FormField, FormFieldKind


async def create_form(session: AsyncSession, form: WebForm, *, by: Agent | None = None) -> Channel:
    """It asks what the inquiry is; with a mailbox it confirms by mail, until somebody switches that off."""
    await require_mailbox(session, form.mail_channel_id)
    channel = Channel(kind=FORM, name=form.name, key=secrets.token_urlsafe(KEY_BYTES), settings=form.settings())
    session.add(channel)
    await session.flush()
    session.add_all((_first_field(channel), _confirmation(channel)))
    await session.flush()
    changes = {name: (None, value) for name, value in told(channel).items()}
    audit.note_setting(session, SUBJECT, channel.id, by=by, **changes)
    wake_at_commit(session, CHANNELS, RIGHTS)
    return channel


async def change_form(session: AsyncSession, channel: Channel, form: WebForm, *, by: Agent) -> None:
    await require_mailbox(session, form.mail_channel_id)
    before = told(channel)
    channel.name, channel.settings = form.name, {**channel.settings, **form.settings()}
    audit.note_setting(session, SUBJECT, channel.id, by=by, **audit.differences(before, told(channel)))
    wake_at_commit(session, CHANNELS, RIGHTS)


async def only_mailbox(session: AsyncSession) -> int | None:
    """By which a new form is answered where there is no choice."""
    known = await channel_queries.list_mailboxes(session)
    return known[0].id if len(known) == 1 else None


def _first_field(channel: Channel) -> FormField:
    return FormField(
        channel_id=channel.id,
        kind=FormFieldKind.LONG,
        position=0,
        label_ja="お問い合わせ内容",
        label_en="Your inquiry",
        help_ja="",
        help_en="",
        is_required=True,
    )


def _confirmation(channel: Channel) -> AutoReply:
    return AutoReply(channel_id=channel.id, is_on=True, texts=SUGGESTED)
