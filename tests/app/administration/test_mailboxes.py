"""Mailboxes at the screen: made, tried for real, changed without their password, paused."""

import re

import pytest_asyncio
from httpx import AsyncClient
from sqlalchemy import func, select

from app.accounts.audit_models import AuditLine
from app.channels import queries as channel_queries
from app.channels import service as channels
from app.channels.models import ChannelFolder
from app.channels.providers import guess
from app.core.clock import now
from app.core.crypto import SecretBox
from app.core.database import Database
from app.ingest import queries as ingest_queries
from app.ingest.models import RawState
from app.live.models import Signal
from tests.support.dovecot import Mailbox
from tests.support.office import mailbox_settings
from tests.support.smtp import RecordingSmtpServer

SECRET = "open sesame 123"
FORM = {
    "name": "サポート",
    "address": "support@example.jp",
    "imap_host": "imap.example.jp",
    "imap_port": "993",
    "imap_security": "tls",
    "imap_user": "support",
    "imap_password": SECRET,
    "smtp_host": "smtp.example.jp",
    "smtp_port": "587",
    "smtp_security": "starttls",
    "smtp_user": "support",
    "smtp_password": "",
    "folder": "INBOX",
}


@pytest_asyncio.fixture
async def channel_id(desk: AsyncClient) -> int:
    answer = await desk.post("/admin/mailboxes", data=FORM)
    found = re.fullmatch(r"/admin/mailboxes/(\d+)\?saved=1", answer.headers.get("location", ""))
    assert found, answer.text
    return int(found[1])


async def passwords(database: Database, box: SecretBox, channel_id: int) -> list[str]:
    async with database.reading() as session:
        settings = channels.settings_of(await channel_queries.get_channel(session, channel_id), box)
    return [settings["imap_password"], settings["smtp_password"]]


async def test_servers_are_guessed_from_the_address(desk: AsyncClient) -> None:
    page = await desk.get("/admin/mailboxes/new", params={"address": "help@yahoo.co.jp", "name": "窓口"})

    assert 'value="imap.mail.yahoo.co.jp"' in page.text
    assert 'value="465"' in page.text
    assert guess("a@shop.example").imap_host == "imap.shop.example"


async def test_a_mailbox_is_made_and_its_password_never_shown(
    desk: AsyncClient, database: Database, box: SecretBox, channel_id: int
) -> None:
    page = await desk.get(f"/admin/mailboxes/{channel_id}")
    log = await lines(database)

    assert page.status_code == 200
    assert SECRET not in page.text + str(log)
    assert await passwords(database, box, channel_id) == [SECRET, SECRET]


async def test_an_empty_password_keeps_the_one_there_is(
    desk: AsyncClient, database: Database, box: SecretBox, channel_id: int
) -> None:
    await desk.post(f"/admin/mailboxes/{channel_id}", data={**FORM, "imap_password": "", "imap_port": "143"})
    kept = await passwords(database, box, channel_id)
    await desk.post(f"/admin/mailboxes/{channel_id}", data={**FORM, "imap_password": "another word"})

    assert kept == [SECRET, SECRET]
    assert await passwords(database, box, channel_id) == ["another word", "another word"]
    changes = [line["changes"] for line in await lines(database)]
    assert changes[-2] == {"imap_port": [993, 143]}
    assert changes[-1]["passwords"] == ["before", "after"]


async def test_a_wrong_field_is_said_there_and_the_rest_is_kept(desk: AsyncClient) -> None:
    page = await desk.post("/admin/mailboxes", data={**FORM, "imap_port": "0"})

    assert page.status_code == 422
    assert 'id="imap_port-help"' in page.text
    assert 'value="imap.example.jp"' in page.text
    assert SECRET not in page.text


async def test_an_address_is_fetched_once(desk: AsyncClient, channel_id: int) -> None:
    page = await desk.post("/admin/mailboxes", data={**FORM, "address": "Support@example.jp"})

    assert page.status_code == 422
    assert "このアドレスのメールボックスはすでにあります" in page.text


async def test_the_connection_is_tried_for_real(
    desk: AsyncClient, mailbox: Mailbox, smtp_server: RecordingSmtpServer
) -> None:
    right = {**mailbox_settings(mailbox, smtp_server), "imap_password": mailbox.password, "folder": "INBOX"}

    good = await desk.post("/admin/mailboxes/check", data=right)
    wrong_password = await desk.post("/admin/mailboxes/check", data={**right, "imap_password": "wrong"})
    wrong_smtp = await desk.post("/admin/mailboxes/check", data={**right, "smtp_port": "1"})

    assert good.text.count("step--good") == 2
    assert 'data-field="imap_password"' in wrong_password.text or 'data-field="imap_user"' in wrong_password.text
    assert "step--wait" in wrong_password.text
    assert "step--good" in wrong_smtp.text
    assert 'data-field="smtp_port"' in wrong_smtp.text


async def test_pausing_and_resuming(desk: AsyncClient, database: Database, channel_id: int) -> None:
    await desk.post(f"/admin/mailboxes/{channel_id}/pause")
    async with database.reading() as session:
        was_paused = (await channel_queries.get_channel(session, channel_id)).is_paused
    await desk.post(f"/admin/mailboxes/{channel_id}/resumption")

    assert was_paused
    async with database.reading() as session:
        assert not (await channel_queries.get_channel(session, channel_id)).is_paused


async def test_open_pages_hear_that_a_mailbox_was_paused_so_that_its_trouble_goes_away(
    desk: AsyncClient, database: Database, channel_id: int
) -> None:
    before = await _desk_signals(database)

    await desk.post(f"/admin/mailboxes/{channel_id}/pause")
    paused = await _desk_signals(database)
    await desk.post(f"/admin/mailboxes/{channel_id}/resumption")

    assert (before, paused, await _desk_signals(database)) == (0, 1, 2)


async def _desk_signals(database: Database) -> int:
    async with database.reading() as session:
        return await session.scalar(select(func.count()).select_from(Signal).where(Signal.ticket_id.is_(None))) or 0


async def test_an_error_is_told_in_the_readers_words_with_what_to_do(
    desk: AsyncClient, database: Database, channel_id: int
) -> None:
    async with database.transaction() as session:
        folder = (await session.scalars(select(ChannelFolder).where(ChannelFolder.channel_id == channel_id))).one()
        error = "imap_password: The server refuses this user and password. (535 no)"
        await channel_queries.note_error(session, folder.id, error=error, at=now())

    page = await desk.get("/admin/mailboxes")

    assert "アプリ専用のパスワード" in page.text
    assert "(535 no)" in page.text
    assert "The server refuses" not in page.text


async def test_a_first_fetch_shows_how_far_it_is(desk: AsyncClient, database: Database, channel_id: int) -> None:
    async with database.transaction() as session:
        folder = (await session.scalars(select(ChannelFolder).where(ChannelFolder.channel_id == channel_id))).one()
        await channel_queries.move_cursor(session, folder.id, uidvalidity=1, uid=10, on_server=40)
    fetching = await desk.get(f"/admin/mailboxes/{channel_id}/folders")
    async with database.transaction() as session:
        await channel_queries.note_success(session, folder.id, on_server=40, at=now())
    fetched = await desk.get(f"/admin/mailboxes/{channel_id}/folders")

    assert "data-poll" in fetching.text
    assert "40件中0件" in fetching.text
    assert "data-poll" not in fetched.text


async def test_what_a_server_does_not_give_out_is_said_to_be_set_aside(
    desk: AsyncClient, database: Database, channel_id: int
) -> None:
    async with database.transaction() as session:
        folder = (await session.scalars(select(ChannelFolder).where(ChannelFolder.channel_id == channel_id))).one()
        refused = {"state": RawState.REFUSED, "refusals": 1, "retry_at": now(), "blob": None, "error": "NO"}
        place = {"channel_id": channel_id, "folder": folder.folder, "received_at": now(), "source_hash": "a"}
        await ingest_queries.add_raw_messages(session, [place | refused])
        await channel_queries.note_missing(session, folder.id, missing=2)

    pages = [await desk.get(path) for path in ("/admin/mailboxes", f"/admin/mailboxes/{channel_id}")]

    for page in pages:
        assert "1件のメールを保留しています" in page.text
        assert "サーバーにある2件のメールが、ここに保存されていません" in page.text
    assert "<dt>保存済み</dt><dd>0</dd>" in pages[1].text


async def test_changed_settings_begin_the_receiver_anew(desk: AsyncClient, database: Database, channel_id: int) -> None:
    async def digest() -> str:
        async with database.reading() as session:
            return (await channel_queries.map_active(session, ["email"]))[channel_id]

    before = await digest()
    await desk.post(f"/admin/mailboxes/{channel_id}", data={**FORM, "imap_password": "", "name": "別の名前"})
    renamed = await digest()
    await desk.post(f"/admin/mailboxes/{channel_id}", data={**FORM, "imap_password": "", "folder": "Other"})

    assert before == renamed
    assert await digest() != before


async def lines(database: Database) -> list[dict[str, dict[str, list[object]]]]:
    async with database.reading() as session:
        found = await session.scalars(select(AuditLine).where(AuditLine.subject == "channels").order_by(AuditLine.id))
        return [line.details for line in found]


async def test_further_addresses_and_the_charset_are_kept_as_they_were_written(
    desk: AsyncClient, database: Database, channel_id: int
) -> None:
    aliases = "注文係 <order@example.jp>\r\n\r\nrepair@example.jp"

    await desk.post(f"/admin/mailboxes/{channel_id}", data={**FORM, "aliases": aliases, "charset": "iso-2022-jp"})

    page = await desk.get(f"/admin/mailboxes/{channel_id}")
    async with database.reading() as session:
        channel = await channel_queries.get_channel(session, channel_id)
    assert [(each.name, each.address) for each in channel.own_addresses] == [
        ("サポート", "support@example.jp"),
        ("注文係", "order@example.jp"),
        ("サポート", "repair@example.jp"),
    ]
    assert channel.charset == "iso-2022-jp"
    assert "注文係 &lt;order@example.jp&gt;\nrepair@example.jp</textarea>" in page.text


async def test_a_line_that_is_no_address_is_said_at_its_field(desk: AsyncClient, channel_id: int) -> None:
    answer = await desk.post(f"/admin/mailboxes/{channel_id}", data={**FORM, "aliases": "a@example.jp\nnobody"})

    assert answer.status_code == 422
    assert 'id="aliases-help">メールアドレスではない行があります。' in answer.text
    assert "nobody</textarea>" in answer.text
