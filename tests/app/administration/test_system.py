"""The system page, the complaint policy and the search box."""

import shutil
from datetime import UTC, datetime

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from app.accounts.models import Agent
from app.bulletin.models import Policy
from app.core.blobs import BlobStore
from app.core.crypto import SecretBox
from app.core.database import Database
from app.core.installation import begin_new_life
from app.tickets.history_models import DeadEvent, TicketEvent
from tests.support.builders import build_channel, build_ticket
from tests.support.fixtures_web import Clients


async def test_the_system_page_shows_what_was_given_up_on(desk: AsyncClient, database: Database) -> None:
    async with database.transaction() as session:
        ticket = await build_ticket(session)
    async with database.transaction() as session:
        event = (await session.scalars(select(TicketEvent.id).limit(1))).one()
        session.add(DeadEvent(consumer="notices", event_id=event, error="ValueError: no such thing"))

    page = await desk.get("/admin/system")

    assert page.status_code == 200
    assert "ValueError: no such thing" in page.text
    assert f"/tickets/{ticket.number}" in page.text
    assert "step--wrong" not in page.text


async def test_a_check_that_fails_says_why(desk: AsyncClient, blobs: BlobStore) -> None:
    shutil.rmtree(blobs.folder, ignore_errors=True)
    blobs.folder.parent.mkdir(exist_ok=True)
    blobs.folder.write_text("a file where the folder should be")

    page = await desk.get("/admin/system")

    assert page.status_code == 200
    assert "step--wrong" in page.text


async def test_the_policy_is_written_and_noted_without_its_words(desk: AsyncClient, database: Database) -> None:
    await desk.post("/admin/policy", data={"text": "すぐ上長に知らせる。\r\n約束はしない。"})

    page = await desk.get("/admin/policy")
    async with database.reading() as session:
        policy = (await session.scalars(select(Policy))).one()
    log = await desk.get("/admin/audit", params={"kind": "settings"})

    assert policy.text == "すぐ上長に知らせる。\n約束はしない。"
    assert "約束はしない。" in page.text
    assert "クレーム対応方針" in log.text
    assert "約束はしない。" not in log.text


@pytest.mark.parametrize("query", ["メール", "めーる", "meeru", "IMAP", "ｉｍａｐ"])
async def test_a_page_is_found_by_word_reading_or_latin(desk: AsyncClient, query: str) -> None:
    found = await desk.get("/admin/search", params={"q": query}, headers={"HX-Request": "true"})

    assert 'href="/admin/mailboxes"' in found.text


@pytest.mark.parametrize("query", ["サポート", "さぽーと", "sapo-to", "sapooto", "support@"])
async def test_what_has_a_name_is_found_by_it(desk: AsyncClient, database: Database, query: str) -> None:
    async with database.transaction() as session:
        channel = await build_channel(session, name="サポート窓口", address="support@example.jp")

    found = await desk.get("/admin/search", params={"q": query}, headers={"HX-Request": "true"})

    assert f'href="/admin/mailboxes/{channel.id}"' in found.text


async def test_nothing_found_is_said(desk: AsyncClient, admin: Agent) -> None:
    nothing = await desk.get("/admin/search", params={"q": "zzzz"})
    person = await desk.get("/admin/search", params={"q": admin.name})

    assert "合う設定や名前はありません" in nothing.text
    assert f"/admin/people/{admin.id}" in person.text


async def test_sending_is_paused_after_a_restore_until_an_admin_resumes_it(
    desk: AsyncClient, client: AsyncClient, clients: Clients, database: Database, box: SecretBox
) -> None:
    async with database.transaction() as session:
        await begin_new_life(session, box, as_of=datetime(2026, 11, 1, tzinfo=UTC))

    page, home, metrics = await desk.get("/admin/system"), await client.get("/home"), await client.get("/metrics")
    refused = await client.post("/admin/system/resumption")
    resumed = await desk.post("/admin/system/resumption")
    again = await desk.post("/admin/system/resumption")
    log = await desk.get("/admin/audit", params={"kind": "settings"})

    assert "sending-paused" in page.text
    assert "trouble-sending-paused" in home.text
    assert "madoguchi_sending_is_paused 1.0" in metrics.text
    assert refused.status_code == 403
    assert resumed.status_code == again.status_code == 303
    assert "sending-paused" not in (await desk.get("/admin/system")).text
    assert "trouble-sending-paused" not in (await client.get("/")).text
    assert log.text.count("送信は停止中です") == 1
