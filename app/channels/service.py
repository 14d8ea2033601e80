import json
import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.channels import queries
from app.channels.forms import EmailForm
from app.channels.models import EMAIL, Channel
from app.channels.registry import connector_for
from app.core.clock import now
from app.core.crypto import SecretBox
from app.core.database import wake_at_commit
from app.core.i18n import gettext, mark
from app.core.wakeups import CHANNELS
from connectors.contracts import ConnectionProblem, FolderState

KEY_BYTES = 9

PROBLEMS = {
    "unknown_host": mark("There is no server of this name."),
    "refused": mark("Nothing answers on this port."),
    "timeout": mark("The server does not answer."),
    "tls": mark("The encrypted connection cannot be made. Check the security setting and the port."),
    "no_tls": mark("The server offers no encryption here. Check the security setting and the port."),
    "sign_in": mark("The server refuses this user and password."),
    "no_folder": mark("There is no folder of this name."),
    "protocol": mark("The server answers in a way that we do not understand."),
}


async def create_email(session: AsyncSession, form: EmailForm, box: SecretBox) -> Channel:
    channel = Channel(
        kind=EMAIL,
        name=form.name,
        key=secrets.token_urlsafe(KEY_BYTES),
        address=form.address,
        settings=form.settings(),
        secrets=box.seal(json.dumps(form.secrets())),
    )
    session.add(channel)
    await session.flush()
    await queries.ensure_folder(session, channel.id, form.folder)
    wake_at_commit(session, CHANNELS)
    return channel


def settings_of(channel: Channel, box: SecretBox) -> Mapping[str, Any]:
    """What the channel's connector needs, secrets opened; for the connector alone, never kept or logged."""
    opened = json.loads(box.open(channel.secrets)) if channel.secrets else {}
    return {**channel.settings, "address": channel.address, "name": channel.name, **opened}


async def check(channel: Channel, box: SecretBox) -> FolderState:
    """Try the channel for real; raise ConnectionProblem. Network: call it outside every unit of work."""
    return await connector_for(channel.kind).check(settings_of(channel, box))


def in_words(problem: ConnectionProblem) -> str:
    """One line that names the setting, says what is wrong, and what the server said."""
    text = gettext(PROBLEMS.get(problem.code, PROBLEMS["protocol"]))
    said = f" ({problem.detail})" if problem.detail else ""
    return f"{problem.field}: {text}{said}"


async def pause(session: AsyncSession, channel: Channel) -> None:
    channel.paused_at = channel.paused_at or now()
    wake_at_commit(session, CHANNELS)


async def resume(session: AsyncSession, channel: Channel) -> None:
    channel.paused_at = None
    wake_at_commit(session, CHANNELS)
