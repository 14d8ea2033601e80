import json
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import audit
from app.accounts.models import Agent
from app.channels import consents, endpoints, queries
from app.channels.errors import AddressTaken
from app.channels.forms import EmailForm
from app.channels.models import EMAIL, Channel
from app.channels.registry import connector_for
from app.core.clock import now
from app.core.crypto import SecretBox
from app.core.database import wake_at_commit
from app.core.errors import Invalid
from app.core.i18n import gettext, mark
from app.core.wakeups import CHANNELS, RIGHTS
from connectors.contracts import ConnectionProblem, FolderState
from connectors.talks import AccountState

KEY_BYTES = 9
SUBJECT = "channels"
KNOWN_BY = ("sign_in", "imap_user", "oauth_client_id", "oauth_tenant", "oauth_token_url")
"""A consent is for these."""
JUST_NOW = timedelta(hours=1)
"""Mail servers have clocks of their own: what came in the last hour counts as new."""

PROBLEMS = {
    "unknown_host": mark("There is no server of this name."),
    "refused": mark("Nothing answers on this port."),
    "timeout": mark("The server does not answer."),
    "tls": mark("The encrypted connection cannot be made. Check the security setting and the port."),
    "no_tls": mark("The server offers no encryption here. Check the security setting and the port."),
    "sign_in": mark("The server refuses this user and password."),
    "no_folder": mark("There is no folder of this name."),
    "protocol": mark("The server answers in a way that we do not understand."),
    "token_refused": mark("LINE refuses this access token."),
    "no_webhook": mark("LINE knows no webhook URL yet."),
    "webhook_elsewhere": mark("LINE sends to another webhook URL."),
    "webhook_off": mark("At LINE the use of the webhook is switched off."),
    "wrong_secret": mark("A webhook of LINE came with a signature that does not match the channel secret."),
    "wrong_signature": mark("A webhook came whose signature does not match the channel's secret."),
    "webhook_fails": mark("LINE cannot reach the webhook URL."),
    "no_mailbox": mark("No mailbox is chosen by which what comes in can be answered."),
    "quota_exhausted": mark("The month's messages are used up."),
}


async def create_email(session: AsyncSession, form: EmailForm, box: SecretBox, *, by: Agent | None = None) -> Channel:
    channel = Channel(
        kind=EMAIL,
        name=form.name,
        key=secrets.token_urlsafe(KEY_BYTES),
        address=form.address,
        settings=form.settings(),
        hold_seconds=form.hold_seconds,
        secrets=box.seal(json.dumps(form.secrets())),
    )
    session.add(channel)
    await session.flush()
    begins_at = now() - JUST_NOW if form.begins_now else None
    await queries.ensure_folder(session, channel.id, form.folder, begins_at=begins_at)
    changes = {name: (None, value) for name, value in told(channel).items()}
    audit.note_setting(session, SUBJECT, channel.id, by=by, **changes)
    wake_at_commit(session, CHANNELS, RIGHTS)
    return channel


async def change_email(session: AsyncSession, channel: Channel, form: EmailForm, box: SecretBox, *, by: Agent) -> None:
    """Fetching goes on with what is new; in another folder too, where the mailbox had begun so.

    An empty password keeps the one there is. Raises AddressTaken.
    """
    await require_free_address(session, form.address, but=channel.id)
    before, passwords = told(channel), secrets_after(channel, form, box)
    channel.name, channel.address, channel.settings = form.name, form.address, form.settings()
    channel.hold_seconds = form.hold_seconds
    changes = audit.differences(before, told(channel))
    if any(name in changes for name in KNOWN_BY):
        consents.forget(channel)
    if passwords != opened_secrets(channel, box):
        changes["passwords"] = ("before", "after")
        channel.secrets = box.seal(json.dumps(passwords))
    begun_at = [folder.begins_at for folder in await queries.list_folders(session, [channel.id])]
    begins_at = now() - JUST_NOW if any(begun_at) else None
    await queries.ensure_folder(session, channel.id, form.folder, begins_at=begins_at)
    audit.note_setting(session, SUBJECT, channel.id, by=by, **changes)
    wake_at_commit(session, CHANNELS, RIGHTS)


async def require_free_address(session: AsyncSession, address: str, *, but: int | None = None) -> None:
    """Raises AddressTaken: one mailbox fetched twice would be two."""
    for channel in await queries.list_channels(session):
        if channel.kind == EMAIL and channel.id != but and channel.address.casefold() == address.casefold():
            raise AddressTaken


async def require_mailbox(session: AsyncSession, channel_id: int | None) -> None:
    """By which somebody is answered by mail who came by another way. Raises Invalid for a channel that is none."""
    if channel_id is not None and channel_id not in [each.id for each in await queries.list_mailboxes(session)]:
        raise Invalid("mail_channel_id", mark("There is no such mailbox."))


def secrets_after(channel: Channel | None, form: EmailForm, box: SecretBox) -> dict[str, str]:
    """The passwords once the form is saved; where SMTP has none of its own, IMAP's is used for both."""
    known = opened_secrets(channel, box) if channel else {}
    imap = form.imap_password.get_secret_value()
    smtp = form.smtp_password.get_secret_value() if form.smtp_password else ""
    was_one = known.get("smtp_password") == known.get("imap_password")
    return {
        "imap_password": imap or known.get("imap_password", ""),
        "smtp_password": smtp or (imap if imap and was_one else known.get("smtp_password", imap)),
        "oauth_client_secret": form.oauth_client_secret.get_secret_value() or known.get("oauth_client_secret", ""),
    }


def told(channel: Channel) -> dict[str, Any]:
    """What the audit log is told of a channel: everything but its secrets."""
    return {"name": channel.name, "address": channel.address, "hold_seconds": channel.hold_seconds, **channel.settings}


def opened_secrets(channel: Channel, box: SecretBox) -> dict[str, str]:
    opened: dict[str, str] = json.loads(box.open(channel.secrets)) if channel.secrets else {}
    return opened


def settings_of(channel: Channel, box: SecretBox) -> Mapping[str, Any]:
    """What the channel's connector needs, secrets opened; for the connector alone, never kept or logged."""
    access_token = consents.access_token(channel, box)
    names = {"address": channel.address, "name": channel.name, "access_token": access_token}
    places = {**endpoints.addresses_of(channel.kind), "hook_url": endpoints.hook_url(channel)}
    return {**channel.settings, **names, **places, **opened_secrets(channel, box)}


async def check(channel: Channel, box: SecretBox) -> FolderState | AccountState:
    """Try the channel for real; raise ConnectionProblem. Network: call it outside every unit of work."""
    return await connector_for(channel.kind).check(settings_of(channel, box))


def in_words(problem: ConnectionProblem) -> str:
    """One line that names the setting, says what is wrong, and what the server said."""
    return f"{problem.field}: {reason(problem)}"


def reason(problem: ConnectionProblem) -> str:
    """What is wrong, and what the server said."""
    text = gettext(PROBLEMS.get(problem.code, PROBLEMS["protocol"]))
    return f"{text} ({problem.detail})" if problem.detail else text


async def pause(session: AsyncSession, channel: Channel, *, by: Agent | None = None) -> None:
    audit.note_setting(session, SUBJECT, channel.id, by=by, is_paused=(channel.is_paused, True))
    channel.paused_at = channel.paused_at or now()
    wake_at_commit(session, CHANNELS)


async def resume(session: AsyncSession, channel: Channel, *, by: Agent | None = None) -> None:
    audit.note_setting(session, SUBJECT, channel.id, by=by, is_paused=(channel.is_paused, False))
    channel.paused_at = None
    wake_at_commit(session, CHANNELS)
