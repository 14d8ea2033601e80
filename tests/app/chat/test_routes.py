"""What a visitor's browser asks and tells: stored once, seen by nobody else."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from app.channels.models import Channel
from app.conversations.visitor_models import Visitor
from app.core.blobs import BlobStore
from app.core.clock import now
from app.core.database import Database
from app.ingest.models import RawMessage
from app.tickets.message_models import Attachment, Message
from app.tickets.models import Ticket
from tests.app.chat.conftest import Answer, NewBrowser
from tests.support.chats import Website, build_chat
from tests.support.visiting import BrowserOfVisitor, digest_all

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


@pytest.fixture
def site(database: Database, blobs: BlobStore, chat: Channel) -> Website:
    return Website(database, blobs, chat)


async def set_visitor(database: Database, browser: BrowserOfVisitor, **told: Any) -> None:
    async with database.transaction() as session:
        visitor = await session.scalar(select(Visitor).where(Visitor.address == browser.visitor["id"]))
        assert visitor is not None
        for name, value in told.items():
            setattr(visitor, name, value)


async def test_what_is_said_is_a_ticket_and_seen_again_by_who_said_it(
    browser: BrowserOfVisitor, site: Website, database: Database, blobs: BlobStore
) -> None:
    said = await browser.say("返品したいのですが", page={"url": "https://shop.example/cart", "title": "カート"})
    await digest_all(database, blobs)

    [ticket] = await site.all(Ticket)
    [message] = await site.all(Message)
    [seen] = await browser.messages()
    assert said.status_code == 201
    assert (ticket.preview, message.text) == ("返品したいのですが", "返品したいのですが")
    assert message.extras["page"] == {"url": "https://shop.example/cart", "title": "カート"}
    assert (seen["text"], seen["from"], seen["client_id"]) == ("返品したいのですが", "visitor", said.json()["id"])


async def test_the_same_id_again_is_the_same_message(
    browser: BrowserOfVisitor, site: Website, database: Database, blobs: BlobStore
) -> None:
    again = str(uuid4())
    answers = [await browser.say("一度だけ", id=again) for _ in range(3)]
    await digest_all(database, blobs)
    answers.append(await browser.say("一度だけ", id=again))
    await digest_all(database, blobs)

    assert [each.status_code for each in answers] == [201] * 4
    assert (len(await site.all(RawMessage)), len(await site.all(Message))) == (1, 1)


async def test_what_an_agent_answers_is_seen_when_it_has_left(
    browser: BrowserOfVisitor, site: Website, database: Database, blobs: BlobStore, answer: Answer
) -> None:
    await browser.say()
    await digest_all(database, blobs)
    [ticket] = await site.all(Ticket)

    desk = await answer(ticket.id, "承りました。")
    held = await desk.reply(text="まだ送りません。", hold_seconds=100)

    seen = await browser.messages()
    assert [(each["from"], each["name"], each["text"]) for each in seen] == [
        ("visitor", "", "返品したいのですが"),
        ("agent", "佐藤 次郎", "承りました。"),
    ]
    assert (await desk.entry(held)).state == "queued"


async def test_a_note_is_never_seen(
    browser: BrowserOfVisitor, site: Website, database: Database, blobs: BlobStore, answer: Answer, client: Any
) -> None:
    await browser.say()
    await digest_all(database, blobs)
    [ticket] = await site.all(Ticket)
    await client.post(f"/api/v1/tickets/{ticket.id}/notes", json={"text": "要注意のお客様"})

    assert [each["text"] for each in await browser.messages()] == ["返品したいのですが"]


async def test_nobody_reads_another_visitors_talk(
    browser: BrowserOfVisitor, new_browser: NewBrowser, database: Database, blobs: BlobStore
) -> None:
    await browser.say("秘密です")
    await digest_all(database, blobs)
    other = await new_browser()
    await other.visit()
    stranger = await new_browser()
    stranger.token = "x" * 43

    older = await other.client.get(other.path("messages?before=1000000"), headers=other.headers)
    refused = [await stranger.post(what, {}) for what in ("marks", "typing", "end")]
    stream = await stranger.client.get(stranger.path("stream"), headers=stranger.headers)

    assert (await other.messages(), older.json()["messages"]) == ([], [])
    assert {each.status_code for each in (*refused, stream)} == {401}
    assert {each.json()["code"] for each in refused} == {"unknown_visitor"}


async def test_a_token_is_of_one_chat_alone(browser: BrowserOfVisitor, database: Database) -> None:
    browser.channel = await build_chat(database, name="別のチャット")

    assert (await browser.post("typing")).status_code == 401


async def test_files_are_said_by_who_uploaded_them_alone(
    browser: BrowserOfVisitor, new_browser: NewBrowser, site: Website, database: Database, blobs: BlobStore
) -> None:
    kept = (await browser.upload(PNG)).json()
    other = await new_browser()
    await other.visit()

    stolen = await other.say("これは？", files=[kept["token"]])
    made_up = await other.say("これは？", files=["1.AAAA"])
    said = await browser.say("", files=[kept["token"]])
    await digest_all(database, blobs)

    [attachment] = await site.all(Attachment)
    [message] = await site.all(Message)
    [seen] = await browser.messages()
    assert (stolen.status_code, made_up.status_code, said.status_code) == (422, 422, 201)
    assert (kept["name"], kept["type"]) == ("写真.png", "image/png")
    assert (attachment.message_id, (await site.all(Ticket))[0].has_attachment) == (message.id, True)
    assert seen["files"][0]["is_picture"]
    shown = await browser.client.get(seen["files"][0]["url"])
    assert (shown.status_code, shown.content, shown.headers["x-content-type-options"]) == (200, PNG, "nosniff")


async def test_what_is_no_picture_is_never_opened_by_a_browser(
    browser: BrowserOfVisitor, database: Database, blobs: BlobStore
) -> None:
    kept = (await browser.upload(b"<script>alert(1)</script>", "a.html", "text/html")).json()
    await browser.say("", files=[kept["token"]])
    await digest_all(database, blobs)

    [seen] = await browser.messages()
    given = await browser.client.get(seen["files"][0]["url"])

    assert not seen["files"][0]["is_picture"]
    assert given.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in given.headers["content-security-policy"]


async def test_a_file_that_is_too_large_is_refused_and_nothing_is_kept(
    new_browser: NewBrowser, chat: Channel, site: Website
) -> None:
    await site.set_chat(max_file_megabytes=1)
    browser = await new_browser()
    await browser.visit()

    answer = await browser.upload(b"0" * (1 << 20) + b"1")

    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert answer.headers["access-control-allow-origin"] == browser.origin
    assert await site.all(Attachment) == []


async def test_other_sites_are_refused(new_browser: NewBrowser, site: Website) -> None:
    await site.set_chat(origins=["https://shop.example"])
    browser = await new_browser()
    await browser.visit()

    good = await browser.say()
    browser.origin = "https://evil.example"
    bad = await browser.say()
    preflight = await browser.client.options(browser.path("messages"), headers={"Origin": browser.origin})

    assert (good.status_code, good.headers["access-control-allow-origin"]) == (201, "https://shop.example")
    assert (bad.status_code, bad.json()["code"]) == (403, "origin_not_allowed")
    assert "access-control-allow-origin" not in bad.headers
    assert preflight.status_code == 403


async def test_who_is_blocked_says_nothing_more(browser: BrowserOfVisitor, site: Website, database: Database) -> None:
    await set_visitor(database, browser, blocked_at=now())

    answers = [await browser.say(), await browser.upload(PNG), await browser.visit(), await browser.post("typing")]

    assert {each.json()["code"] for each in answers} == {"visitor_blocked"}
    assert await site.all(RawMessage) == []


async def test_too_much_at_once_is_told_to_wait(browser: BrowserOfVisitor) -> None:
    answers = [await browser.say(f"{number}") for number in range(41)]

    assert [each.status_code for each in answers] == [201] * 40 + [429]
    assert int(answers[-1].headers["retry-after"]) > 0


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"id": str(uuid4()), "text": " "}, "text"),
        ({"id": "one", "text": "a"}, "id"),
        ({"id": str(uuid4()), "text": "a" * 4_001}, "text"),
    ],
)
async def test_what_cannot_be_said_is_told_at_its_field(
    browser: BrowserOfVisitor, site: Website, form: dict[str, Any], field: str
) -> None:
    answer = await browser.post("messages", form)

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
    assert await site.all(RawMessage) == []


async def test_what_no_text_has_is_refused(browser: BrowserOfVisitor, site: Website) -> None:
    body = f'{{"id": "{uuid4()}", "text": "a\\ud800"}}'
    headers = {**browser.headers, "Content-Type": "application/json"}

    answer = await browser.client.post(browser.path("messages"), content=body, headers=headers)

    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (422, browser.origin)
    assert await site.all(RawMessage) == []


async def test_who_leaves_a_contact_is_known_by_it(
    browser: BrowserOfVisitor, site: Website, database: Database, blobs: BlobStore
) -> None:
    await browser.say()
    await digest_all(database, blobs)

    wrong = await browser.post("contact", {"name": "山田 花子", "mail": "hanako"})
    right = await browser.post("contact", {"name": "山田 花子", "mail": "hanako@example.jp"})
    await digest_all(database, blobs)

    async with database.reading() as session:
        ticket = await session.get_one(Ticket, (await site.all(Ticket))[0].id)
        await session.refresh(ticket, ["customer"])
        visitor = await session.scalar(select(Visitor).where(Visitor.address == browser.visitor["id"]))
    assert (wrong.status_code, wrong.json()["errors"][0]["field"], right.status_code) == (422, "mail", 204)
    assert ticket.customer.name == "山田 花子"
    assert visitor is not None
    assert visitor.mail == "hanako@example.jp"
