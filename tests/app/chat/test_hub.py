"""What open visitors are told: everything at first, then what changed, whichever process changed it."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from fastapi import FastAPI
from sqlalchemy import select

from app.accounts.models import Agent
from app.chat.doors import KnownChats
from app.chat.hub import ChatHub
from app.chat.streams import VisitorStream
from app.conversations import visitor_queries, visitors
from app.conversations.signs import Teller
from app.conversations.visitor_models import Visitor
from app.core.blobs import BlobStore
from app.core.clock import now
from app.core.crypto import SecretBox, hash_token
from app.core.database import Database
from app.live.models import PresenceState
from app.live.presence import PresenceBook
from app.tickets.models import Ticket
from tests.app.chat.conftest import Answer, NewBrowser
from tests.support.visiting import BrowserOfVisitor, digest_all

PATIENCE = 60.0


class Ear:
    """One stream, read as a browser reads it."""

    def __init__(self, hub: ChatHub, stream: VisitorStream) -> None:
        self._hub, self._stream = hub, stream
        self._told: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()
        self._task = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        with self._hub.listening(self._stream):
            async for chunk in self._stream.chunks():
                lines = chunk.decode().splitlines()
                if lines[0].startswith("event: "):
                    self._told.put_nowait((lines[0][7:], json.loads(lines[1][6:])))

    async def next(self, event: str) -> Any:
        """The next of this kind; what comes before it is passed over."""
        async with asyncio.timeout(PATIENCE):
            while True:
                kind, data = await self._told.get()
                if kind == event:
                    return data

    async def close(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """To be asked for before `hub`, which looks at its clock as soon as it runs."""
    monkeypatch.setattr("app.chat.hub.PATIENCE_SECONDS", 0.1)


@pytest_asyncio.fixture
async def hub(database: Database, box: SecretBox, app: FastAPI) -> AsyncIterator[ChatHub]:
    made = ChatHub(database, box, KnownChats(), asyncio.Event())
    tasks = [asyncio.create_task(each) for each in (made.run(), database.listen())]
    yield made
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def listen(hub: ChatHub, browser: BrowserOfVisitor, database: Database) -> Ear:
    async with database.reading() as session:
        visitor = await session.scalar(select(Visitor).where(Visitor.address == browser.visitor["id"]))
    assert visitor is not None
    return Ear(hub, VisitorStream(visitor.id, visitor.key_hash, browser.channel.key, hash_token(browser.token)))


async def ticket_of(database: Database) -> Ticket:
    async with database.reading() as session:
        return (await session.scalars(select(Ticket))).one()


async def test_both_tabs_are_told_of_words_and_answers(
    hub: ChatHub, browser: BrowserOfVisitor, database: Database, blobs: BlobStore, answer: Answer
) -> None:
    ears = [await listen(hub, browser, database) for _ in range(2)]
    for ear in ears:
        assert (await ear.next("sync"))["messages"] == []

    await browser.say("届きません")
    await digest_all(database, blobs)
    await answer((await ticket_of(database)).id, "お調べします。")

    for ear in ears:
        told = [await ear.next("message"), await ear.next("message")]
        assert [(each["from"], each["text"]) for each in told] == [
            ("visitor", "届きません"),
            ("agent", "お調べします。"),
        ]
        await ear.close()


async def test_another_visitor_is_told_nothing_of_it(
    hub: ChatHub, browser: BrowserOfVisitor, new_browser: NewBrowser, database: Database, blobs: BlobStore
) -> None:
    other = await new_browser()
    await other.visit()
    ear = await listen(hub, other, database)
    await ear.next("sync")

    await browser.say("秘密です")
    await digest_all(database, blobs)
    await other.say("こんにちは")
    await digest_all(database, blobs)

    assert (await ear.next("message"))["text"] == "こんにちは"
    await ear.close()


async def test_who_comes_back_has_everything_once(
    hub: ChatHub, browser: BrowserOfVisitor, database: Database, blobs: BlobStore, answer: Answer
) -> None:
    ear = await listen(hub, browser, database)
    await ear.next("sync")
    await ear.close()
    await browser.say("届きません")
    await digest_all(database, blobs)
    await answer((await ticket_of(database)).id, "お調べします。")

    again = await listen(hub, browser, database)

    assert [each["text"] for each in (await again.next("sync"))["messages"]] == ["届きません", "お調べします。"]
    await again.close()


async def test_typing_and_reading_of_an_agent_are_shown(
    hub: ChatHub, browser: BrowserOfVisitor, database: Database, blobs: BlobStore, agent: Agent, answer: Answer
) -> None:
    """Of nobody's name, as long as nobody has answered; an answer ends it at once."""
    await browser.say("届きません")
    await digest_all(database, blobs)
    ear = await listen(hub, browser, database)
    await ear.next("sync")
    ticket = await ticket_of(database)

    async with database.reading() as session:
        await PresenceBook(database).note(session, ticket.id, agent.id, PresenceState.TYPING)
    await Teller(database, lambda channel: None).look()  # type: ignore[arg-type,return-value]  # no platform is asked

    state = await ear.next("state")
    while state["seen_at"] is None or state["typing"] is None:
        state = await ear.next("state")
    assert state["typing"]["until"] > now().isoformat()
    assert state["typing"]["name"] == ""
    await answer(ticket.id, "お調べします。")
    assert (await ear.next("state"))["typing"] is None
    await ear.close()


async def test_who_is_there_is_written_down_and_who_went_too(
    hub: ChatHub, browser: BrowserOfVisitor, database: Database
) -> None:
    ear = await listen(hub, browser, database)
    await ear.next("sync")

    await hub.flush()
    here = await _online_until(database)
    await ear.close()
    await hub.flush()

    assert here is not None
    assert here > now()
    assert await _online_until(database) is None


async def test_a_blocked_visitors_stream_ends(
    hub: ChatHub, browser: BrowserOfVisitor, database: Database, blobs: BlobStore
) -> None:
    await browser.say("しつこく書きます")
    await digest_all(database, blobs)
    ear = await listen(hub, browser, database)
    await ear.next("sync")

    async with database.transaction() as session:
        visitor = (await session.scalars(select(Visitor))).one()
        conversation = await visitor_queries.find_conversation(session, visitor.key_hash)
        assert conversation is not None
        visitor.blocked_at = now()
        await visitors.tell(session, conversation.id)

    async with asyncio.timeout(PATIENCE):
        await ear._task


async def test_a_browser_that_was_logged_out_hears_nothing_more(
    impatient: None, hub: ChatHub, browser: BrowserOfVisitor, database: Database
) -> None:
    ears = [await listen(hub, browser, database)]
    await browser.visit(token=None)
    ears.append(await listen(hub, browser, database))
    for ear in ears:
        await ear.next("sync")

    async with database.transaction() as session:
        await visitor_queries.forget_token(session, hash_token(browser.token))

    async with asyncio.timeout(PATIENCE):
        await ears[1]._task
    assert not ears[0]._task.done()
    await ears[0].close()


async def test_what_could_not_be_told_for_a_moment_is_told_then(
    browser: BrowserOfVisitor,
    database: Database,
    blobs: BlobStore,
    box: SecretBox,
    app: FastAPI,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hub = ChatHub(database, box, KnownChats(), asyncio.Event())
    ear = await listen(hub, browser, database)
    await asyncio.sleep(0)
    await hub._tell(looks_for_us=False)
    assert (await ear.next("sync"))["messages"] == []
    await browser.say("届きません")
    await digest_all(database, blobs)

    with monkeypatch.context() as away:
        away.setattr(visitor_queries, "list_visitors", _is_away)
        with pytest.raises(OSError, match="is away"):
            await hub._tell(looks_for_us=False)
    await hub._tell(looks_for_us=False)

    assert (await ear.next("message"))["text"] == "届きません"
    await ear.close()


async def _is_away(*_: object) -> Any:
    raise OSError("the database is away")


async def _online_until(database: Database) -> Any:
    async with database.reading() as session:
        return (await session.scalars(select(Visitor.online_until))).one()
