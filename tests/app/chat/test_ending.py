"""What agents do with a chat as a whole: end it with a transcript, shut its visitor out, hand it over."""

from datetime import timedelta
from typing import Any

import pytest_asyncio
from httpx import AsyncClient

from app.channels.models import EMAIL
from app.conversations.models import Happening
from app.conversations.visitor_models import VisitorNews
from app.core.blobs import BlobStore
from app.core.clock import now
from app.core.database import Database
from app.outbox.models import OutboxEntry
from app.tickets.history_models import TicketEvent
from app.tickets.message_models import Message, MessageRecipient
from tests.support.builders import build_agent, build_channel, build_team, build_ticket
from tests.support.chats import Website, build_chat
from tests.support.fixtures_web import Clients

TICKET = "/api/v1/tickets/1"
END = f"{TICKET}/chat-end"
BLOCK = f"{TICKET}/visitor/block"


@pytest_asyncio.fixture
async def site(database: Database, blobs: BlobStore) -> Website:
    """With a mailbox that continues it."""
    async with database.transaction() as session:
        mailbox = await build_channel(session, name="サポート", kind=EMAIL, address="support@example.jp")
        mailbox_id = mailbox.id
    return Website(database, blobs, await build_chat(database, mail_channel_id=mailbox_id))


async def test_a_chat_is_ended_once_and_its_visitor_is_told(site: Website, client: AsyncClient) -> None:
    await site.say("ありがとう")
    news = len(await site.all(VisitorNews))

    first = await client.post(END, json={"next_status": "done"})
    again = await client.post(END, json={})

    assert first.json()["phase"] == "done"
    assert again.status_code == 200
    assert (await site.visitor()).ended_at is not None
    assert [each.kind for each in await site.all(Happening)] == ["chat_ended"]
    assert len(await site.all(VisitorNews)) == news + 1


async def test_a_transcript_has_what_both_saw_and_nothing_else(site: Website, client: AsyncClient) -> None:
    await site.say("<b>在庫</b>はありますか")
    await site.tell(mail="taro@example.com", name="山田")
    await client.post(f"{TICKET}/notes", json={"text": "社内だけの話"})
    await _answer(client, "ございます")
    await _answer(client, "まだ出ていません")
    await _depart(site, "ございます")

    ended = await client.post(END, json={"sends_transcript": True})

    assert ended.status_code == 200, ended.text
    mail = (await site.all(Message))[-1]
    assert mail.text.index("在庫") < mail.text.index("ございます")
    assert "<b>在庫</b>" in mail.text
    assert "&lt;b&gt;在庫&lt;/b&gt;" in mail.html
    assert not any(words in mail.text + mail.html for words in ("社内だけ", "まだ出て"))
    assert mail.is_automatic
    assert "#1" in mail.subject
    to = [each.address for each in await site.all(MessageRecipient) if each.message_id == mail.id and each.role == "to"]
    assert to == ["taro@example.com"]
    assert [each.channel_id for each in await site.all(OutboxEntry)][-1] == site.channel.mail_channel_id


async def test_the_same_transcript_goes_once_and_a_longer_one_again(site: Website, client: AsyncClient) -> None:
    await site.say("一つ目")
    await site.tell(mail="taro@example.com")

    for _ in range(2):
        assert (await client.post(END, json={"sends_transcript": True})).status_code == 200
    await site.say("二つ目")
    await client.post(END, json={"sends_transcript": True})

    kinds = [each.kind for each in await site.all(TicketEvent)]
    assert kinds.count("transcript_sent") == 2


async def test_it_is_in_the_visitors_language(site: Website, client: AsyncClient) -> None:
    await site.say("Hello")
    await site.tell(mail="john@example.com", language="en-GB")

    await client.post(END, json={"sends_transcript": True})

    mail = (await site.all(Message))[-1]
    assert "This is what was said." in mail.text
    assert "やり取り" not in mail.text


async def test_without_an_address_it_is_said_and_nothing_is_changed(site: Website, client: AsyncClient) -> None:
    await site.say("こんにちは")

    refused = await client.post(END, json={"sends_transcript": True, "next_status": "done"})

    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "sends_transcript"
    assert (await site.visitor()).ended_at is None
    assert (await client.get(TICKET)).json()["phase"] == "new"


async def test_a_visitor_is_blocked_with_a_reason_and_let_in_again(site: Website, client: AsyncClient) -> None:
    await site.say("ばか")

    blocked = await client.put(BLOCK, json={"reason": "暴言"})
    twice = await client.put(BLOCK, json={"reason": "二度目の理由"})
    page = (await client.get("/tickets/1")).text
    free = await client.delete(BLOCK)

    assert blocked.json()["blocked_at"] == twice.json()["blocked_at"] is not None
    assert "訪問者をブロックしました（暴言）" in page
    assert "二度目の理由" not in page
    assert free.json()["blocked_at"] is None
    assert [each.kind for each in await site.all(Happening)] == ["visitor_blocked", "visitor_unblocked"]
    assert all("暴言" not in str(each.changes) for each in await site.all(TicketEvent))


async def test_a_chat_is_handed_over_with_a_note(site: Website, client: AsyncClient, database: Database) -> None:
    await site.say("詳しい人をお願いします")
    async with database.transaction() as session:
        colleague = await build_agent(session, name="田中")
        colleague_id = colleague.id
    dialog = (await client.get("/tickets/1/handover")).text

    given = await client.post(f"{TICKET}/handover", json={"assignee_id": colleague_id, "note": "配送の件です"})

    assert "田中" in dialog
    assert given.json()["assignee"]["id"] == colleague_id
    notes = [
        each["text"] for each in (await client.get(f"{TICKET}/messages")).json()["items"] if each["kind"] == "note"
    ]
    assert notes == ["配送の件です"]


async def test_who_does_not_see_the_ticket_gets_neither_it_nor_the_note(
    site: Website, client: AsyncClient, database: Database, clients: Clients
) -> None:
    await site.say("内緒です")
    async with database.transaction() as session:
        stranger = await build_agent(session, name="よその人")
        member = await build_agent(session)
        await build_team(session, channels=[site.channel], members=[member])
        stranger_id = stranger.id
    insider = await clients.of(member)

    refused = await insider.post(f"{TICKET}/handover", json={"assignee_id": stranger_id, "note": "見えますか"})

    assert refused.status_code == 422
    assert "よその人" not in (await insider.get("/tickets/1/handover")).text
    messages = (await insider.get(f"{TICKET}/messages")).json()["items"]
    assert [each["kind"] for each in messages] == ["inbound"]


async def test_what_is_no_chat_has_neither_end_nor_visitor(client: AsyncClient, database: Database) -> None:
    async with database.transaction() as session:
        channel = await build_channel(session)
        await build_ticket(session, channel=channel)

    assert (await client.post(END, json={})).status_code == 404
    assert (await client.put(BLOCK, json={})).status_code == 404
    assert (await client.get(f"{TICKET}/visitor")).status_code == 404


async def test_open_chats_are_ones_own_and_nobodys_the_longest_waiting_first(
    site: Website, client: AsyncClient, database: Database
) -> None:
    await site.say("あとから", visitor="v-later", ago=timedelta(minutes=2))
    await site.say("はじめに", visitor="v-first", ago=timedelta(minutes=9))
    await site.say("よその担当", visitor="v-other", ago=timedelta(minutes=20))
    await site.tell("v-first", online_until=now() + timedelta(minutes=1))
    async with database.transaction() as session:
        colleague = await build_agent(session)
        colleague_id = colleague.id
    await client.patch("/api/v1/tickets/3", json={"assignee_id": colleague_id})

    chats = (await client.get("/api/v1/chats")).json()["items"]
    page = (await client.get("/tickets?tab=chats")).text

    assert [each["number"] for each in chats] == [2, 1]
    assert [each["is_online"] for each in chats] == [True, False]
    rows = [page.index(f'id="ticket-{number}"') for number in (3, 2, 1)]
    assert rows == sorted(rows)


async def test_who_was_answered_waits_no_more_and_who_was_ended_is_gone(site: Website, client: AsyncClient) -> None:
    await site.say("在庫は", ago=timedelta(minutes=3))
    await _answer(client, "あります")

    answered = (await client.get("/api/v1/chats")).json()["items"]
    await client.post(END, json={})

    assert [each["waiting_since"] for each in answered] == [None]
    assert (await client.get("/api/v1/chats")).json()["items"] == []


async def _answer(client: AsyncClient, text: str) -> dict[str, Any]:
    lock = (await client.put(f"{TICKET}/lock")).json()
    version = (await client.get(TICKET)).json()["version"]
    json = {"lock_token": lock["token"], "base_version": version, "text": text}
    made = await client.post(f"{TICKET}/replies", json=json)
    assert made.status_code == 201, made.text
    message: dict[str, Any] = made.json()
    return message


async def _depart(site: Website, text: str) -> None:
    """The outbox has had it."""
    async with site.database.transaction() as session:
        for each in await site.all(Message):
            if each.text == text:
                (await session.get_one(Message, each.id)).sent_at = now()
