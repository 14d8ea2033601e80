"""Channels whose kind describes itself: made, changed, and tried out."""

import asyncio
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import audit
from app.accounts.models import Agent
from app.channels import endpoints
from app.channels.kind_forms import ChannelForm
from app.channels.kinds import get_kind
from app.channels.models import Channel
from app.channels.registry import connector_for
from app.channels.service import KEY_BYTES, SUBJECT, opened_secrets, reason, require_mailbox, settings_of, told
from app.channels.trying import ADVICE, CHECK_SECONDS, UNCLEAR, Step
from app.core.crypto import SecretBox
from app.core.database import wake_at_commit
from app.core.errors import Invalid
from app.core.i18n import gettext, mark
from app.core.wakeups import CHANNELS, RIGHTS
from connectors.contracts import ConnectionProblem, FolderState
from connectors.kinds import FieldKind

OWN_COLUMNS = frozenset(("name", "address", "hold_seconds"))
NEEDED = mark("This is needed.")


@dataclass(frozen=True, slots=True)
class Values:
    """What a form says, by where it is kept."""

    settings: dict[str, Any]
    secrets: dict[str, str]
    address: str


def values_of(form: ChannelForm) -> Values:
    typed = form.model_dump()
    return Values(
        settings={
            name: value for name, value in typed.items() if name not in OWN_COLUMNS and not isinstance(value, SecretStr)
        },
        secrets={
            name: value.get_secret_value().strip() for name, value in typed.items() if isinstance(value, SecretStr)
        },
        address=str(typed.get("address") or ""),
    )


async def create_channel(
    session: AsyncSession, kind: str, form: ChannelForm, box: SecretBox, *, by: Agent | None = None
) -> Channel:
    """Raises Invalid for a secret that is missing, and for a mailbox that is none."""
    values = values_of(form)
    _require_secrets(kind, values.secrets)
    await require_mailbox(session, values.settings.get("mail_channel_id"))
    channel = Channel(
        kind=kind,
        name=form.name,
        key=secrets.token_urlsafe(KEY_BYTES),
        address=values.address,
        settings=values.settings,
        hold_seconds=form.hold_seconds,
        secrets=box.seal(json.dumps(values.secrets)) if values.secrets else "",
    )
    session.add(channel)
    await session.flush()
    changes = {name: (None, value) for name, value in told(channel).items()}
    audit.note_setting(session, SUBJECT, channel.id, by=by, **changes)
    wake_at_commit(session, CHANNELS, RIGHTS)
    return channel


async def change_channel(
    session: AsyncSession, channel: Channel, form: ChannelForm, box: SecretBox, *, by: Agent | None = None
) -> None:
    """What is empty of the secrets stays as it was. Raises Invalid as `create_channel` does."""
    values, known = values_of(form), opened_secrets(channel, box)
    kept = {**known, **{name: value or known.get(name, "") for name, value in values.secrets.items()}}
    _require_secrets(channel.kind, kept)
    await require_mailbox(session, values.settings.get("mail_channel_id"))
    before = told(channel)
    channel.name, channel.address, channel.hold_seconds = form.name, values.address, form.hold_seconds
    channel.settings = {**channel.settings, **values.settings}
    changes = audit.differences(before, told(channel))
    if kept != known:
        changes["passwords"] = ("before", "after")
        channel.secrets = box.seal(json.dumps(kept))
    audit.note_setting(session, SUBJECT, channel.id, by=by, **changes)
    wake_at_commit(session, CHANNELS, RIGHTS)


async def try_channel(kind: str, channel: Channel | None, form: ChannelForm, box: SecretBox) -> list[Step]:
    """What the form says, before it is saved. Network, 20 seconds at most: call it outside every unit of work."""
    values = values_of(form)
    known = settings_of(channel, box) if channel else {"hook_url": "", **endpoints.addresses_of(kind)}
    typed = {name: value for name, value in values.secrets.items() if value}
    everything = {**known, **values.settings, "name": form.name, "address": values.address}
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            state: Any = await connector_for(kind).check({**dict.fromkeys(values.secrets, ""), **everything, **typed})
    except ConnectionProblem as problem:
        return [_wrong(problem)]
    except TimeoutError:
        return [_wrong(ConnectionProblem("timeout", field=""))]
    except Exception as error:
        return [_wrong(ConnectionProblem("protocol", field="", detail=f"{type(error).__name__}: {error}"))]
    return [Step("connection", True, _found(state))]


def _found(state: Any) -> str:
    if isinstance(state, FolderState):
        return gettext("It works. There are {count} messages.", count=state.on_server)
    what = f"{getattr(state, 'name', '')} {getattr(state, 'address', '')}".strip()
    return gettext("It works: {what}", what=what) if what else gettext("It works.")


def _wrong(problem: ConnectionProblem) -> Step:
    return Step("connection", False, reason(problem), gettext(ADVICE.get(problem.code, UNCLEAR)), problem.field)


def _require_secrets(kind: str, kept: Mapping[str, str]) -> None:
    for field in get_kind(kind).fields:
        if field.kind is FieldKind.SECRET and field.is_required and not kept.get(field.name):
            raise Invalid(field.name, NEEDED)
