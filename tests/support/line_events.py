"""Events as LINE sends them, and their way through the hook into the store."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import select

from app.channels import queries as channel_queries
from app.channels.line_forms import LineForm
from app.channels.lines import create_line
from app.channels.models import Channel
from app.core.blobs import BlobStore
from app.core.crypto import SecretBox
from app.core.database import Database
from app.ingest.digest import digest_next
from app.ingest.hooks import HookIntake
from connectors.line.hook import LineHook
from connectors.line.signature import sign

SECRET = "0123456789abcdef0123456789abcdef"
TOKEN = "a-token"
DESTINATION = "U" + "0" * 32
USER = "U" + "a" * 32
OTHER_USER = "U" + "b" * 32
GROUP = "C" + "c" * 32
ROOM = "R" + "d" * 32
SAID_AT = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)

Event = dict[str, Any]
_numbers = count(1)


def from_user(user: str = USER) -> dict[str, str]:
    return {"type": "user", "userId": user}


def from_group(user: str = USER, group: str = GROUP) -> dict[str, str]:
    return {"type": "group", "groupId": group, **({"userId": user} if user else {})}


def event(
    kind: str,
    *,
    at: datetime = SAID_AT,
    source: dict[str, str] | None = None,
    event_id: str | None = None,
    mode: str = "active",
    **parts: Any,
) -> Event:
    """Without `source` of one person; `{}` is of nobody."""
    number = next(_numbers)
    whole = {
        "type": kind,
        "webhookEventId": event_id or f"01EVENT{number:019}",
        "deliveryContext": {"isRedelivery": False},
        "timestamp": int(at.timestamp() * 1000),
        "mode": mode,
        "source": from_user() if source is None else source,
        **parts,
    }
    return {name: value for name, value in whole.items() if value != {}}


def said(message: dict[str, Any], *, message_id: str | None = None, **parts: Any) -> Event:
    """A message event, with a token to reply by."""
    number = next(_numbers)
    content = {"id": message_id or f"{500000000000000000 + number}", "quoteToken": f"quote-{number}", **message}
    return event("message", **{"replyToken": f"reply-{number}", **parts}, message=content)


def text(words: str, **parts: Any) -> Event:
    return said({"type": "text", "text": words}, **parts)


def later(minutes: float) -> datetime:
    return SAID_AT + timedelta(minutes=minutes)


def body_of(*events: Any) -> bytes:
    return json.dumps({"destination": DESTINATION, "events": list(events)}).encode()


def signed(body: bytes, secret: str = SECRET) -> dict[str, str]:
    return {"x-line-signature": sign(secret, body), "content-type": "application/json; charset=utf-8"}


async def build_line(
    database: Database, box: SecretBox, *, name: str = "公式アカウント", reopen_hours: int = 24
) -> Channel:
    form = LineForm.model_validate(
        {"name": name, "channel_secret": SECRET, "channel_access_token": TOKEN, "reopen_hours": reopen_hours}
    )
    async with database.transaction() as session:
        channel = await create_line(session, form, box)
        channel_id = channel.id
    async with database.reading() as session:
        return await channel_queries.get_channel(session, channel_id)


class Talks:
    """Takes events in on a channel and digests them."""

    def __init__(self, database: Database, blobs: BlobStore, channel: Channel) -> None:
        self.database = database
        self.blobs = blobs
        self.channel = channel
        self._intake = HookIntake(database)

    async def all(self, table: Any, order: Any = None) -> Sequence[Any]:
        """Its rows, by id."""
        async with self.database.reading() as session:
            return (await session.scalars(select(table).order_by(table.id if order is None else order))).all()

    async def accept(self, *events: Event) -> None:
        body = body_of(*events)
        await self._intake.take(self.channel, LineHook(SECRET).read(body, signed(body)))

    async def digest(self) -> None:
        while await digest_next(self.database, self.blobs):
            pass

    async def take_in(self, *events: Event) -> None:
        await self.accept(*events)
        await self.digest()
