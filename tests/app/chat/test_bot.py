"""What a visitor says of an answer from the FAQ: it closes what nobody has taken up, and never hides other words."""

from typing import Any
from uuid import uuid4

import pytest_asyncio
from httpx import AsyncClient
from sqlalchemy import select

from app.accounts.models import Agent
from app.core.blobs import BlobStore
from app.core.database import Database
from app.faq import service as faq
from app.faq.forms import FaqForm
from app.faq.models import FaqEntry
from app.tickets.models import Ticket
from tests.support.builders import build_channel, build_ticket
from tests.support.visiting import BrowserOfVisitor, digest_all


@pytest_asyncio.fixture
async def entry(database: Database, agent: Agent) -> FaqEntry:
    async with database.transaction() as session:
        form = FaqForm(question="返品できますか", answer="30日以内にできます。", is_published=True)
        return await faq.add_entry(session, form, by=agent)


async def _judge(browser: BrowserOfVisitor, entry: FaqEntry, said: str, verdict: str = "helped") -> int:
    told = {"verdict": verdict, "message_id": said}
    return (await browser.post(f"suggestions/{entry.id}", told)).status_code


async def _phases(database: Database) -> list[str]:
    async with database.reading() as session:
        return [str(each) for each in await session.scalars(select(Ticket.phase).order_by(Ticket.id))]


async def _say(browser: BrowserOfVisitor, text: str) -> str:
    return str((await browser.say(text, id=str(uuid4()))).json()["id"])


async def test_whom_an_answer_helped_waits_for_nobody(
    browser: BrowserOfVisitor, entry: FaqEntry, database: Database, blobs: BlobStore
) -> None:
    said = await _say(browser, "返品したい")

    assert await _judge(browser, entry, said) == 204
    await digest_all(database, blobs)

    assert await _phases(database) == ["done"]


async def test_what_was_written_since_still_waits(
    browser: BrowserOfVisitor, entry: FaqEntry, database: Database, blobs: BlobStore
) -> None:
    said = await _say(browser, "返品したい")
    await _say(browser, "それと、届いた品が壊れています")

    await _judge(browser, entry, said)
    await digest_all(database, blobs)

    assert await _phases(database) == ["new"]


async def test_a_mail_on_the_same_ticket_still_waits(
    browser: BrowserOfVisitor, entry: FaqEntry, database: Database, blobs: BlobStore, client: AsyncClient
) -> None:
    said = await _say(browser, "返品したい")
    await digest_all(database, blobs)
    async with database.transaction() as session:
        mail = await build_ticket(session, channel=await build_channel(session), subject="請求書について")
    merged = await client.post("/api/v1/tickets/1/merge", json={"into": mail.id})
    assert merged.status_code == 200, merged.text

    await _judge(browser, entry, said)
    await digest_all(database, blobs)

    async with database.reading() as session:
        assert str((await session.get_one(Ticket, mail.id)).phase) == "new"


async def test_a_verdict_that_is_sent_again_counts_once(
    browser: BrowserOfVisitor, entry: FaqEntry, database: Database
) -> None:
    said, other = await _say(browser, "返品したい"), await _say(browser, "返したい")

    for message in (said, said, other):
        await _judge(browser, entry, message)
    for _ in range(2):
        await _judge(browser, entry, str(uuid4()), "person")
    await _judge(browser, entry, said, "person")

    async with database.reading() as session:
        counted: Any = await session.get_one(FaqEntry, entry.id)
    assert (counted.helped_count, counted.handed_over_count) == (2, 2)


async def test_who_asks_for_a_person_is_seen_to_have_read_the_answer(
    browser: BrowserOfVisitor, entry: FaqEntry, database: Database, blobs: BlobStore, client: AsyncClient
) -> None:
    await browser.post("contact", {"name": "山田 花子", "mail": "hanako@example.jp"})
    said = await _say(browser, "返品したい")
    await digest_all(database, blobs)

    await _judge(browser, entry, said, "person")
    await digest_all(database, blobs)

    page = await client.get("/tickets/1")
    assert f"FAQ「{entry.question}」を読んだうえで、担当者との会話を希望しました" in page.text
    assert await _phases(database) == ["new"]
