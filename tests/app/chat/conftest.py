from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio
import time_machine

from app.accounts.models import Agent
from app.channels.models import Channel
from app.core.blobs import BlobStore
from app.core.database import Database
from app.outbox.delivery import deliver
from app.tickets.models import Ticket
from connectors.chat.connector import ChatSender
from tests.app.chat.continuity import MAIL, START, Continuity
from tests.support.builders import build_agent, build_channel
from tests.support.chats import Website, build_chat
from tests.support.fixtures_web import Clients
from tests.support.replying import Desk
from tests.support.sending import claim
from tests.support.visiting import BrowserOfVisitor

NewBrowser = Callable[[], Awaitable[BrowserOfVisitor]]
Answer = Callable[..., Awaitable[Desk]]


@pytest_asyncio.fixture
async def chat(database: Database) -> Channel:
    return await build_chat(database, needs_presence=False)


@pytest.fixture
def new_browser(clients: Clients, chat: Channel) -> NewBrowser:
    async def make() -> BrowserOfVisitor:
        return BrowserOfVisitor(await clients.nobody(), chat)

    return make


@pytest_asyncio.fixture
async def browser(new_browser: NewBrowser) -> BrowserOfVisitor:
    """Of a visitor who has just opened the widget."""
    made = await new_browser()
    await made.visit()
    return made


@pytest_asyncio.fixture
async def agent(database: Database) -> Agent:
    async with database.transaction() as session:
        return await build_agent(session, name="佐藤 次郎")


@pytest.fixture
def answer(database: Database, blobs: BlobStore, chat: Channel, agent: Agent) -> Answer:
    """An agent's answer on a ticket, which leaves at once."""

    async def send(ticket_id: int, text: str = "承りました。") -> Desk:
        desk = Desk(database, agent, chat, ticket_id)
        await desk.reply(text=text, hold_seconds=0)
        await deliver(database, blobs, await claim(database), lambda _: ChatSender())
        return desk

    return send


@pytest_asyncio.fixture
async def talk(database: Database, blobs: BlobStore) -> AsyncIterator[Continuity]:
    with time_machine.travel(START, tick=False):
        async with database.transaction() as session:
            mailbox, agent = await build_channel(session), await build_agent(session, name="佐藤 次郎")
        chat = await build_chat(database, mail_channel_id=mailbox.id, mail_after=5, shows_agent_name=True)
        site = Website(database, blobs, chat)
        await site.visit(name="太郎", mail=MAIL)
        await site.say("荷物が届きません。\n注文は昨日です。")
        [ticket] = await site.all(Ticket)
        yield Continuity(Desk(database, agent, chat, ticket.id), site, mailbox, blobs)
