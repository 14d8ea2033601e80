"""A mailbox's consent: asked for, given, kept fresh, taken back; its tokens are encrypted and never told."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import audit
from app.accounts.models import Agent
from app.channels import queries
from app.channels.consent import Client, Tokens, client_of
from app.channels.errors import ConsentFailed, ConsentRefused, ConsentUnreachable
from app.channels.models import Channel
from app.core.clock import now
from app.core.crypto import SecretBox, new_token
from app.core.database import Database, wake_at_commit
from app.core.log import get_logger
from app.core.settings import SettingsError
from app.core.wakeups import CHANNELS

SUBJECT = "channels"
PASSWORD = "password"
FRESH_FOR = timedelta(minutes=10)
"""A token is renewed before it ends; whoever connects with one has time to do so."""
ASKED_FOR = timedelta(minutes=15)
"""How long a person may be away at the provider."""

log = get_logger(__name__)


def is_by_consent(channel: Channel) -> bool:
    return bool(channel.settings.get("sign_in", PASSWORD) != PASSWORD)


def access_token(channel: Channel, box: SecretBox) -> str:
    """'' for a mailbox with passwords; a word that no server takes until somebody has consented."""
    if not is_by_consent(channel):
        return ""
    return _tokens(channel, box).get("access_token", "") or "none"


def ask(channel: Channel, box: SecretBox, *, redirect_uri: str, by: Agent) -> str:
    """The provider's page to send the person to. What comes back with them is sealed, so that it cannot be made up."""
    verifier = new_token()
    asked = {"channel_id": channel.id, "agent_id": by.id, "verifier": verifier, "at": now().timestamp()}
    state = box.seal(json.dumps({**asked, "nonce": secrets.token_hex(8)}))
    client = _client(channel, box)
    return client.authorize_url(redirect_uri=redirect_uri, state=state, verifier=verifier, address=channel.address)


def asked_for(state: str, box: SecretBox, *, by: Agent) -> tuple[int, str]:
    """The channel and the verifier of what this person asked for a while ago. Raises ConsentFailed."""
    try:
        asked: Mapping[str, Any] = json.loads(box.open(state))
    except (SettingsError, ValueError) as error:
        raise ConsentFailed(reason="state") from error
    is_late = now().timestamp() - asked["at"] > ASKED_FOR.total_seconds()
    if is_late or asked["agent_id"] != by.id:
        raise ConsentFailed(reason="state")
    return asked["channel_id"], asked["verifier"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person comes back with from the provider: a code, or its refusal."""

    code: str
    refusal: str
    redirect_uri: str
    verifier: str


async def receive(database: Database, channel: Channel, box: SecretBox, answer: Answer, *, by: Agent) -> bool:
    """Whether there is a consent now; a refusal is kept in the provider's words. Network: in no unit of work."""
    tokens, refusal = None, answer.refusal
    if not refusal:
        try:
            client = _client(channel, box)
            tokens = await client.exchange(answer.code, redirect_uri=answer.redirect_uri, verifier=answer.verifier)
        except (ConsentRefused, ConsentUnreachable) as error:
            refusal = str(error)
    async with database.transaction() as session:
        current = await queries.hold_channel(session, channel.id)
        if tokens is None:
            current.consent_error = refusal
        else:
            _grant(session, current, tokens, box, by=by)
    return tokens is not None


def _grant(session: AsyncSession, channel: Channel, tokens: Tokens, box: SecretBox, *, by: Agent) -> None:
    """From now on the mailbox is reached with it."""
    keep(channel, tokens, box)
    channel.consented_at = now()
    audit.note_setting(session, SUBJECT, channel.id, by=by, has_consent=(False, True))
    wake_at_commit(session, CHANNELS)


def keep(channel: Channel, tokens: Tokens, box: SecretBox) -> None:
    channel.tokens = box.seal(json.dumps({**asdict(tokens), "expires_at": tokens.expires_at.isoformat()}))
    channel.tokens_expire_at, channel.consent_error = tokens.expires_at, ""


def forget(channel: Channel) -> None:
    """Whoever is known to the provider as another has another consent."""
    channel.tokens, channel.tokens_expire_at, channel.consented_at, channel.consent_error = "", None, None, ""


async def has_expiring(database: Database) -> bool:
    async with database.reading() as session:
        return bool(await queries.list_expiring(session, before=now() + FRESH_FOR))


async def keep_fresh(database: Database, box: SecretBox) -> None:
    """Renew what ends soon. A provider that is away is asked again; one that refuses waits for a person."""
    async with database.reading() as session:
        channels = await queries.list_expiring(session, before=now() + FRESH_FOR)
    for channel in channels:
        await _renew(database, channel, box)


async def _renew(database: Database, channel: Channel, box: SecretBox) -> None:
    tokens, refusal = None, ""
    try:
        tokens = await _client(channel, box).refresh(_tokens(channel, box)["refresh_token"])
    except ConsentUnreachable as error:
        log.warning("a provider of tokens does not answer", channel_id=channel.id, reason=str(error))
        return
    except ConsentRefused as error:
        log.warning("a consent was taken back", channel_id=channel.id, reason=str(error))
        refusal = str(error)
    async with database.transaction() as session:
        current = await queries.hold_channel(session, channel.id)
        if current.tokens != channel.tokens:
            return  # somebody consented anew meanwhile
        if tokens is not None:
            keep(current, tokens, box)
        else:
            current.consent_error = refusal


def _client(channel: Channel, box: SecretBox) -> Client:
    opened: dict[str, str] = json.loads(box.open(channel.secrets)) if channel.secrets else {}
    return client_of(channel.settings, opened.get("oauth_client_secret", ""))


def _tokens(channel: Channel, box: SecretBox) -> dict[str, str]:
    opened: dict[str, str] = json.loads(box.open(channel.tokens)) if channel.tokens else {}
    return opened
