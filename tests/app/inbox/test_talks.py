"""A talk at the screen and over the API: what was said beside words, what happened, and how somebody stands to us."""

import pytest_asyncio
from httpx import AsyncClient

from app.accounts.models import Role
from app.conversations.models import PendingFile
from app.core.blobs import BlobStore
from app.core.crypto import SecretBox
from app.core.database import Database
from app.tickets.models import Ticket
from tests.support.builders import build_agent
from tests.support.fixtures_web import Clients
from tests.support.line_events import Talks, build_line, event, from_group, later, said, text


@pytest_asyncio.fixture
async def talks(database: Database, box: SecretBox, blobs: BlobStore) -> Talks:
    return Talks(database, blobs, await build_line(database, box))


@pytest_asyncio.fixture
async def lead(clients: Clients, database: Database) -> AsyncClient:
    async with database.transaction() as session:
        agent = await build_agent(session, role=Role.LEAD)
    return await clients.of(agent)


async def test_what_is_said_beside_words_is_shown(talks: Talks, lead: AsyncClient) -> None:
    await talks.take_in(
        text("最初の言葉", message_id="1"),
        said({"type": "sticker", "packageId": "1", "stickerId": "52", "keywords": ["ぺこり"]}, at=later(1)),
        said({"type": "location", "title": "東京駅", "latitude": 35.6, "longitude": 139.7}, at=later(2)),
        said({"type": "text", "text": "これです", "quotedMessageId": "1"}, at=later(3)),
        said({"type": "hologram"}, at=later(4)),
    )

    page = (await lead.get("/tickets/1")).text

    assert 'src="/pictures/line/sticker/52" alt="スタンプ: ぺこり"' in page
    assert "https://www.google.com/maps/search/?api=1&amp;query=35.6%2C139.7" in page
    assert 'href="/tickets/1#message-1"' in page
    assert "LINEから、このバージョンでは表示できない内容が届きました" in page


async def test_pictures_that_were_sent_as_one_stand_together(talks: Talks, lead: AsyncClient) -> None:
    picture = {"type": "image", "contentProvider": {"type": "line"}}
    await talks.take_in(
        *(said({**picture, "imageSet": {"id": "S", "index": n, "total": 2}}, at=later(n)) for n in (1, 2))
    )

    page = (await lead.get("/tickets/1")).text

    first, second = page.index('id="message-1"'), page.index('id="message-2"')
    assert page.count("取り込み中…") == page[first:second].count("取り込み中…") == 2


async def test_in_a_group_the_member_is_named_and_what_happens_is_a_line(talks: Talks, lead: AsyncClient) -> None:
    await talks.take_in(text("やあ", source=from_group()))
    await talks.take_in(event("memberLeft", source=from_group(""), at=later(1), left={"members": [from_group()]}))

    page = (await lead.get("/tickets/1")).text

    assert "メンバー aaaaaa" in page
    assert "メンバー aaaaaa がトークから退出しました" in page
    assert "グループ" in page


async def test_who_blocks_the_account_is_shown_so(talks: Talks, lead: AsyncClient) -> None:
    await talks.take_in(text("やあ"))
    await talks.take_in(event("unfollow", at=later(1)))

    page, customer = await lead.get("/tickets/1"), await lead.get("/api/v1/customers/1")

    assert "LINE: ブロック中" in page.text
    assert [each["state"] for each in customer.json()["talks"]] == ["blocked"]


async def test_a_file_that_was_given_up_is_asked_for_again(talks: Talks, lead: AsyncClient) -> None:
    await talks.take_in(said({"type": "file", "fileName": "a.pdf", "fileSize": 1}), text("次", at=later(1)))
    async with talks.database.transaction() as session:
        pending = await session.get_one(PendingFile, 1)
        pending.next_at, pending.error = None, "もうありません"
    path = "/api/v1/tickets/1/messages/{}/files/1/attempt"
    before = await lead.get("/tickets/1")

    elsewhere = await lead.post(path.format(2))
    again = await lead.post(path.format(1))

    assert "もう一度取り込む" in before.text
    assert elsewhere.status_code == 404
    assert again.json()["talk"]["pending_files"] == [{"id": 1, "name": "a.pdf", "error": "", "is_given_up": False}]


async def test_what_is_about_nobody_is_told_to_leads_a_page_at_a_time(
    talks: Talks, lead: AsyncClient, clients: Clients, database: Database
) -> None:
    await talks.take_in(*(event("botSuspended", source={}, at=later(number)) for number in range(3)))
    path = f"/api/v1/channels/{talks.channel.id}/happenings"
    async with database.transaction() as session:
        colleague = await build_agent(session)
    agent = await clients.of(colleague)

    first = (await lead.get(path, params={"limit": 2})).json()
    rest = (await lead.get(path, params={"limit": 2, "cursor": first["next_cursor"]})).json()

    assert [each["id"] for each in (*first["items"], *rest["items"])] == [3, 2, 1]
    assert {each["kind"] for each in first["items"]} == {"suspended"}
    assert rest["next_cursor"] is None
    assert (await agent.get(path)).status_code == 403
    assert (await lead.get("/api/v1/channels/99/happenings")).status_code == 404


async def test_a_talk_of_one_liners_lies_open_and_what_was_unsent_says_so(talks: Talks, lead: AsyncClient) -> None:
    await talks.take_in(*(text(str(number), message_id=str(number), at=later(number)) for number in range(10)))
    await talks.take_in(event("unsend", at=later(11), unsend={"messageId": "0"}))

    page = (await lead.get("/tickets/1")).text

    assert page.count('<details class="entry__card" open>') == 10
    assert '<span class="entry__glance">お客様がこのメッセージの送信を取り消しました' in page


async def test_a_ticket_says_of_which_it_is_the_continuation(talks: Talks, lead: AsyncClient) -> None:
    await talks.take_in(text("一つ目"))
    async with talks.database.transaction() as session:
        ticket = await session.get_one(Ticket, 1)
        ticket.done_at = later(1)
    await talks.take_in(text("二つ目", at=later(60 * 24 * 30)))

    page = (await lead.get("/tickets/2")).text

    assert "#1 と関連付けました（同じトークの続きです）" in page
