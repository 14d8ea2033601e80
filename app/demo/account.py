"""The shop's LINE account, and the stand-in of LINE that it is connected to."""

import json
import secrets
from collections.abc import Collection, Sequence
from typing import Any

from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncSession

from app.channels.endpoints import HOOK_PATH
from app.channels.line_forms import LineForm
from app.channels.lines import create_line
from app.channels.models import LINE, Channel
from app.channels.service import opened_secrets
from app.core.crypto import SecretBox
from app.core.desk import Desk
from app.core.trials import simulator_file
from app.demo.talks import Circle, Speaker, load_talks

NAME = "公式LINE"
BASIC_ID = "@hinata-demo"
ACCOUNT_ID = "U" + "da" * 16
SECRET_BYTES = 16
ONLY_ITS_OWNER = 0o600


async def open_account(session: AsyncSession, box: SecretBox) -> Channel:
    """With secrets that no other account has; it is not paused, for what it is connected to is at hand."""
    form = LineForm(
        name=NAME,
        channel_secret=SecretStr(secrets.token_hex(SECRET_BYTES)),
        channel_access_token=SecretStr(secrets.token_urlsafe(2 * SECRET_BYTES)),
        basic_id=BASIC_ID,
        shows_agent_name=True,
    )
    return await create_line(session, form, box)


def connect(desk: Desk, channel: Channel, history: Sequence[dict[str, Any]]) -> None:
    """Leaves what `madoguchi simulate line` needs to be this account's LINE; it writes a file."""
    file = simulator_file(desk.settings.data_dir)
    file.touch(mode=ONLY_ITS_OWNER)
    file.write_text(
        json.dumps(
            _credentials(desk, channel, has_talks=bool(history)) | {"history": history}, ensure_ascii=False, indent=1
        ),
        encoding="utf-8",
    )


def _credentials(desk: Desk, channel: Channel, *, has_talks: bool) -> dict[str, Any]:
    known, kept = load_talks(), opened_secrets(channel, desk.box)
    blocking = [line.by for talk in known.talks for line in talk.lines if line.kind == "blocks"] if has_talks else []
    return {
        "channel_secret": kept["channel_secret"],
        "access_token": kept["channel_access_token"],
        "webhook_url": desk.settings.base_url + HOOK_PATH.format(kind=LINE, key=channel.key),
        "account": {"user_id": ACCOUNT_ID, "basic_id": BASIC_ID, "name": NAME},
        "people": [_person(speaker, blocking) for speaker in known.speakers.values()],
        "groups": [_group(circle) for circle in known.circles.values()],
    }


def _person(speaker: Speaker, blocking: Collection[Speaker]) -> dict[str, Any]:
    return {"id": speaker.id, "name": speaker.name, "is_blocking": speaker in blocking}


def _group(circle: Circle) -> dict[str, Any]:
    return {"id": circle.id, "name": circle.name, "members": [member.id for member in circle.members]}
