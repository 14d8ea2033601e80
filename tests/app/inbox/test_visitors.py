"""A website's chat at the screen: who its visitor is, and how far our words have come."""

import json
import re
from datetime import datetime, timedelta

import pytest
import pytest_asyncio
from httpx import AsyncClient
from sqlalchemy import update

from app.accounts.models import Role
from app.core.blobs import BlobStore
from app.core.clock import now
from app.core.database import Database
from app.inbox.browsers import browser_words
from app.inbox.visitors import attribute_words, language_name
from app.outbox.models import OutboxEntry, OutboxState
from app.tickets.message_models import Message
from tests.support.builders import build_agent
from tests.support.chats import Website, build_chat
from tests.support.fixtures_web import Clients

SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5"
    " Mobile/15E148 Safari/604.1"
)


@pytest_asyncio.fixture
async def site(database: Database, blobs: BlobStore) -> Website:
    return Website(database, blobs, await build_chat(database))


@pytest_asyncio.fixture
async def lead(clients: Clients, database: Database) -> AsyncClient:
    async with database.transaction() as session:
        agent = await build_agent(session, role=Role.LEAD)
    return await clients.of(agent)


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (SAFARI, "Safari 17 · iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox 128 · Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/129.0", "Edge 129 · Windows"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/130.0 Mobile Safari/537.36 Line/14.1", "LINE 14 · Android"),
        ("curl/8.1", "curl/8.1"),
        ("", ""),
    ],
)
def test_a_browser_is_told_in_words(user_agent: str, words: str) -> None:
    assert browser_words(user_agent) == words


def test_whatever_the_site_tells_is_text() -> None:
    assert attribute_words({"plan": "pro", "seats": 3, "tags": ["a"]}) == (
        ("plan", "pro"),
        ("seats", "3"),
        ("tags", '["a"]'),
    )
    assert language_name("ja") == "日本語"
    assert language_name("x-very-strange") == "x-very-strange"


async def test_the_card_tells_who_is_there_and_where(site: Website, lead: AsyncClient) -> None:
    page_then = {"url": "https://shop.test/a", "title": "商品A"}
    await site.say("在庫はありますか", form=[{"label": "会社名", "value": "株式会社例"}], page=page_then)
    await site.tell(
        page_url="https://shop.test/cart",
        page_title="カート",
        referrer="https://search.test/",
        visits=3,
        attributes={"plan": "pro"},
        online_until=now() + timedelta(minutes=1),
        name="山田",
        mail="yamada@example.com",
    )

    page = (await lead.get("/tickets/1")).text
    told = (await lead.get("/api/v1/tickets/1/visitor")).json()

    said = (await lead.get("/api/v1/tickets/1/messages")).json()["items"][0]["talk"]
    assert said["form"] == [{"label": "会社名", "value": "株式会社例"}]
    assert said["page"] == page_then
    assert 'id="visitor"' in page
    assert all(words in page for words in ("会社名", "株式会社例", "商品A", "カート", "https://search.test/", "plan"))
    assert "Chrome 130 · Windows" in page
    assert "本人確認されていません" in page
    assert told["is_online"] is True
    assert told["page"] == {"url": "https://shop.test/cart", "title": "カート"}
    assert told["attributes"] == {"plan": "pro"}


async def test_an_address_that_is_none_is_no_link(site: Website, lead: AsyncClient) -> None:
    await site.say("こんにちは", page={"url": "javascript:alert(1)", "title": "悪い"})
    await site.tell(page_url="javascript:alert(2)", page_title="悪い", referrer="data:text/html,x")

    page = (await lead.get("/tickets/1")).text

    assert "悪い" in page
    assert "javascript:alert" not in page
    assert "data:text/html" not in page


async def test_our_words_are_marked_as_they_come_to_the_visitor(
    site: Website, lead: AsyncClient, database: Database
) -> None:
    await site.say("在庫はありますか")
    sent_at = await _answer(lead, database)

    waiting = (await lead.get("/tickets/1")).text
    await site.tell(heard_at=sent_at)
    heard = (await lead.get("/tickets/1")).text
    await site.tell(read_at=sent_at)
    read = (await lead.get("/tickets/1")).text
    await site.tell(heard_at=None, read_at=None, mailed_at=sent_at)
    mailed = (await lead.get("/tickets/1")).text

    assert "まだ相手に届いていません" in waiting
    assert "相手の画面に届きました" in heard
    assert "既読" in read
    assert "メールでも送りました" in mailed


async def test_a_visitor_without_a_name_is_called_as_the_customer_is(
    site: Website, lead: AsyncClient, database: Database
) -> None:
    """Not by the address of the talk, which says nothing to anybody."""
    await site.say("在庫はありますか", visitor="v-kVgtHcAiNg609jpo")
    await _answer(lead, database)

    page = (await lead.get("/tickets/1")).text

    assert "v-kVgtHcAiNg609jpo" not in page
    data = re.search(r'<script id="reply-defaults" type="application/json">(.*?)</script>', page, re.DOTALL)
    assert data
    assert json.loads(data[1])["reply"]["talk"]["name"] == "訪問者 609jpo"


async def test_who_types_is_shown_while_they_do(site: Website, lead: AsyncClient) -> None:
    await site.say("在庫は")
    await site.tell(typing_until=now() + timedelta(seconds=8))
    typing = (await lead.get("/tickets/1")).text
    await site.tell(typing_until=now() - timedelta(seconds=1))

    assert 'id="visitor-typing"' in typing
    assert 'id="visitor-typing"' not in (await lead.get("/tickets/1")).text


async def _answer(client: AsyncClient, database: Database) -> datetime:
    lock = (await client.put("/api/v1/tickets/1/lock")).json()
    ticket = (await client.get("/api/v1/tickets/1")).json()
    json = {"lock_token": lock["token"], "base_version": ticket["version"], "text": "あります"}
    made = await client.post("/api/v1/tickets/1/replies", json=json)
    assert made.status_code == 201, made.text
    async with database.transaction() as session:
        message = await session.get_one(Message, made.json()["id"])
        message.sent_at = now()
        await session.execute(update(OutboxEntry).values(state=OutboxState.SENT))
        return message.sent_at
