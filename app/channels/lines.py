"""LINE official accounts among the channels: made and changed."""

import json
import secrets

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import audit
from app.accounts.models import Agent
from app.channels.line_forms import LineForm
from app.channels.models import LINE, Channel
from app.channels.service import KEY_BYTES, SUBJECT, opened_secrets, told
from app.core.crypto import SecretBox
from app.core.database import wake_at_commit
from app.core.errors import Invalid
from app.core.i18n import mark
from app.core.wakeups import CHANNELS, RIGHTS


async def create_line(session: AsyncSession, form: LineForm, box: SecretBox, *, by: Agent | None = None) -> Channel:
    """Raises Invalid where a secret is missing."""
    kept = _require_both(form.secrets())
    channel = Channel(
        kind=LINE,
        name=form.name,
        key=secrets.token_urlsafe(KEY_BYTES),
        address=form.basic_id,
        settings=form.settings(),
        hold_seconds=form.hold_seconds,
        secrets=box.seal(json.dumps(kept)),
    )
    session.add(channel)
    await session.flush()
    audit.note_setting(
        session, SUBJECT, channel.id, by=by, **{name: (None, value) for name, value in told(channel).items()}
    )
    wake_at_commit(session, CHANNELS, RIGHTS)
    return channel


async def change_line(session: AsyncSession, channel: Channel, form: LineForm, box: SecretBox, *, by: Agent) -> None:
    """What is empty of the secrets and the basic ID stays as it was."""
    before, known = told(channel), opened_secrets(channel, box)
    channel.name, channel.address = form.name, form.basic_id or channel.address
    channel.settings = {**channel.settings, **form.settings()}
    channel.hold_seconds = form.hold_seconds
    changes = audit.differences(before, told(channel))
    kept = {name: value or known.get(name, "") for name, value in form.secrets().items()}
    if kept != known:
        changes["passwords"] = ("before", "after")
        channel.secrets = box.seal(json.dumps(kept))
    audit.note_setting(session, SUBJECT, channel.id, by=by, **changes)
    wake_at_commit(session, CHANNELS, RIGHTS)


def learn_basic_id(channel: Channel, basic_id: str) -> None:
    """As LINE told it."""
    channel.address = basic_id


def _require_both(kept: dict[str, str]) -> dict[str, str]:
    for name, value in kept.items():
        if not value:
            raise Invalid(name, mark("This is needed."))
    return kept
