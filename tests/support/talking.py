"""A ticket of a talk on LINE that is being answered, and a LINE that answers as it is told."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.channels.line_forms import LineForm
from app.channels.lines import create_line
from app.channels.models import Channel
from app.conversations.keys import message_key, talk_key
from app.conversations.models import Conversation, ConversationKind, PlatformMessage, ReplyToken
from app.core.blobs import BlobStore
from app.core.clock import now
from app.core.crypto import SecretBox
from app.core.database import Database
from app.customers import service as customers
from app.outbox.delivery import deliver
from app.outbox.models import OutboxEntry, OutboxState
from app.tickets.message_models import Message
from app.tickets.models import Ticket
from connectors.line import sender
from connectors.line.sender import LineSender
from connectors.line.settings import LineSettings
from tests.support.builders import build_agent, build_message, build_ticket
from tests.support.replying import Desk
from tests.support.sending import claim, make_due

USER = "U" + "1" * 32
SETTINGS = LineSettings(channel_secret="secret", channel_access_token="token", api_url="http://line.test")

Step = httpx.Response | Exception | Callable[[], httpx.Response]


@dataclass
class ScriptedLine:
    """Each step answers one request; `requests` are those that came. When the script is over, all is well."""

    steps: list[Step] = field(default_factory=list)
    requests: list[httpx.Request] = field(default_factory=list)

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        step = self.steps.pop(0) if self.steps else taken(f"m{len(self.requests)}")
        if isinstance(step, Exception):
            raise step
        return step if isinstance(step, httpx.Response) else step()

    @property
    def ways(self) -> list[str]:
        return [request.url.path.rsplit("/", 1)[1] for request in self.requests]

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(request.content) for request in self.requests]

    @property
    def keys(self) -> set[str | None]:
        return {request.headers.get(sender.RETRY_KEY) for request in self.requests}

    def stand_in(self, monkeypatch: pytest.MonkeyPatch) -> "ScriptedLine":
        def open_client(settings: LineSettings, **more: Any) -> httpx.AsyncClient:
            return httpx.AsyncClient(transport=httpx.MockTransport(self.answer))

        monkeypatch.setattr(sender, "open_client", open_client)
        return self


def taken(*ids: str) -> httpx.Response:
    return httpx.Response(200, json={"sentMessages": [{"id": each, "quoteToken": f"q-{each}"} for each in ids]})


def refused(status: int, message: str, **headers: str) -> httpx.Response:
    return httpx.Response(status, json={"message": message}, headers=headers)


INVALID = (400, "Invalid reply token")
MONTHLY = (429, "You have reached your monthly limit.")
RATE = (429, "The API rate limit has been exceeded. Try again later.")


@dataclass
class TalkDesk(Desk):
    """The desk's ticket is one of a talk."""

    conversation_id: int = 0

    async def hear(self, *, ago: float = 0, token: str = "token-1", text: str = "まだですか") -> int:
        """The customer said something so many seconds ago, which brought a right to reply; its message's id."""
        async with self.database.transaction() as session:
            ticket = await session.get_one(Ticket, self.ticket_id)
            message = await _say(session, ticket, self.conversation_id, text=text, at=now() - timedelta(seconds=ago))
            at = now() - timedelta(seconds=ago)
            session.add(ReplyToken(conversation_id=self.conversation_id, token=token, issued_at=at))
            return message.id

    async def age_tokens(self, seconds: float) -> None:
        async with self.database.transaction() as session:
            for token in (await session.scalars(select(ReplyToken))).all():
                token.issued_at -= timedelta(seconds=seconds)

    async def age_entry(self, entry_id: int, **ago: float) -> None:
        values = {"first_try_at": now() - timedelta(**ago)}
        await self.set_entry(entry_id, **values)

    async def set_entry(self, entry_id: int, **values: object) -> None:
        async with self.database.transaction() as session:
            await session.execute(update(OutboxEntry).where(OutboxEntry.id == entry_id).values(**values))

    async def set_conversation(self, **values: object) -> None:
        async with self.database.transaction() as session:
            await session.execute(update(Conversation).where(Conversation.id == self.conversation_id).values(**values))

    async def tokens(self) -> list[ReplyToken]:
        async with self.database.reading() as session:
            return list((await session.scalars(select(ReplyToken).order_by(ReplyToken.id))).all())

    async def platform_messages(self) -> list[PlatformMessage]:
        async with self.database.reading() as session:
            return list((await session.scalars(select(PlatformMessage))).all())


async def open_talk(database: Database, box: SecretBox, *, shows_agent_name: bool = False) -> TalkDesk:
    """One person wrote one message, long ago."""
    form = LineForm.model_validate(
        {
            "name": "公式アカウント",
            "channel_secret": "secret",
            "channel_access_token": "token",
            "shows_agent_name": shows_agent_name,
        }
    )
    async with database.transaction() as session:
        agent, channel = await build_agent(session), await create_line(session, form, box)
        conversation = await build_conversation(session, channel)
        identity = conversation.identity
        ticket = await build_ticket(session, channel=channel, customer=identity.customer, text="")
        await session.flush()
        await _say(session, ticket, conversation.id, text="こんにちは", at=now() - timedelta(hours=1))
        return TalkDesk(database, agent, channel, ticket.id, conversation.id)


async def build_conversation(
    session: AsyncSession, channel: Channel, *, address: str = USER, kind: ConversationKind = ConversationKind.PERSON
) -> Conversation:
    identity = await customers.recognise(session, customers.Contact(channel.kind, address, "佐藤"))
    conversation = Conversation(
        channel_id=channel.id,
        kind=kind,
        address=address,
        key_hash=talk_key(channel.id, kind, address),
        identity=identity,
        name="佐藤",
        last_inbound_at=now(),
    )
    session.add(conversation)
    await session.flush()
    return conversation


async def _say(session: AsyncSession, ticket: Ticket, conversation_id: int, *, text: str, at: datetime) -> Message:
    message = await build_message(session, ticket, text=text, at=at)
    message.conversation_id = conversation_id
    await session.flush()
    key = message_key("line", f"their-{message.id}")
    session.add(
        PlatformMessage(
            id_hash=key, conversation_id=conversation_id, message_id=message.id, quote_token=f"quote-{message.id}"
        )
    )
    return message


async def attempt(talk: TalkDesk, blobs: BlobStore, entry_id: int) -> OutboxState:
    await make_due(talk, entry_id)
    await deliver(talk.database, blobs, await claim(talk.database), lambda _: LineSender(SETTINGS))
    return (await talk.entry(entry_id)).state
