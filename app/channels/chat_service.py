"""Chats of websites among the channels: made and changed."""

import json
import secrets
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import audit
from app.accounts.models import Agent
from app.channels import calendars
from app.channels.chat_forms import ChatForm, FieldsForm
from app.channels.chats import IDENTITY_SECRET
from app.channels.hours_forms import HoursForm
from app.channels.models import CHAT, Channel
from app.channels.service import KEY_BYTES, SUBJECT, opened_secrets, require_mailbox, told
from app.core.crypto import SecretBox, new_token
from app.core.database import wake_at_commit
from app.core.wakeups import CHANNELS, RIGHTS


async def create_chat(session: AsyncSession, form: ChatForm, box: SecretBox, *, by: Agent | None = None) -> Channel:
    """With a secret of its own for logged-in visitors. Raises Invalid for a mailbox that is none."""
    await require_mailbox(session, form.mail_channel_id)
    channel = Channel(
        kind=CHAT,
        name=form.name,
        key=secrets.token_urlsafe(KEY_BYTES),
        settings=form.settings(),
        hold_seconds=form.hold_seconds,
        secrets=box.seal(json.dumps({IDENTITY_SECRET: new_token()})),
    )
    session.add(channel)
    await session.flush()
    changes = {name: (None, value) for name, value in told(channel).items()}
    audit.note_setting(session, SUBJECT, channel.id, by=by, **changes)
    wake_at_commit(session, CHANNELS, RIGHTS)
    return channel


async def change_chat(session: AsyncSession, channel: Channel, form: ChatForm, *, by: Agent) -> None:
    """Raises Invalid for a mailbox that is none."""
    await require_mailbox(session, form.mail_channel_id)
    before = told(channel)
    channel.name, channel.hold_seconds = form.name, form.hold_seconds
    channel.settings = {**channel.settings, **form.settings()}
    _note(session, channel, before, by=by)


async def change_hours(session: AsyncSession, channel: Channel, form: HoursForm, *, by: Agent) -> None:
    """From today on."""
    await calendars.set_hours(session, channel, form.hours(), by=by)


def change_fields(session: AsyncSession, channel: Channel, form: FieldsForm, *, by: Agent) -> None:
    """What is asked before the first words. Raises Invalid."""
    _set(session, channel, by=by, fields=form.kept())


def set_avatar(session: AsyncSession, channel: Channel, sha256: str | None, *, by: Agent) -> None:
    _set(session, channel, by=by, avatar=sha256)


def renew_secret(session: AsyncSession, channel: Channel, box: SecretBox, *, by: Agent) -> str:
    """The new one; who was signed in with the one before is anonymous from now on."""
    renewed = new_token()
    channel.secrets = box.seal(json.dumps({**opened_secrets(channel, box), IDENTITY_SECRET: renewed}))
    audit.note_setting(session, SUBJECT, channel.id, by=by, passwords=("before", "after"))
    wake_at_commit(session, CHANNELS)
    return renewed


def _set(session: AsyncSession, channel: Channel, *, by: Agent, **settings: Any) -> None:
    before = told(channel)
    channel.settings = {**channel.settings, **settings}
    _note(session, channel, before, by=by)


def _note(session: AsyncSession, channel: Channel, before: dict[str, Any], *, by: Agent) -> None:
    audit.note_setting(session, SUBJECT, channel.id, by=by, **audit.differences(before, told(channel)))
    wake_at_commit(session, CHANNELS, RIGHTS)
