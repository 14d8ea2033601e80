"""A mailbox that fails is seen above every page by those who can have it mended, and on my page by all it concerns."""

from datetime import timedelta

from httpx import AsyncClient
from sqlalchemy import func, select

from app.accounts.models import Agent
from app.channels import queries as channel_queries
from app.channels import service as channels
from app.channels.models import FAILED_POLLS, Channel
from app.core.blobs import BlobStore
from app.core.clock import now, rfc3339
from app.core.crypto import SecretBox
from app.core.database import Database
from app.ingest.receiving import Mailbox
from app.live.models import Signal
from tests.support.builders import build_channel, build_team
from tests.support.fixtures_web import Clients

ERROR = "imap_password: The server refuses this user and password. (NO)"


async def _mailbox(database: Database, *, failures: int = 0, missing: int = 0) -> Channel:
    async with database.transaction() as session:
        channel = await build_channel(session, name="受注窓口", address="orders@example.jp")
        folder = await channel_queries.ensure_folder(session, channel.id, "INBOX")
        for _ in range(failures):
            await channel_queries.note_error(session, folder.id, error=ERROR, at=now())
        await channel_queries.note_missing(session, folder.id, missing=missing)
    return channel


async def _page(client: AsyncClient, path: str = "/") -> str:
    answer = await client.get(path, follow_redirects=True)
    assert answer.status_code == 200
    return answer.text


async def test_after_three_failed_polls_leads_see_it_above_every_page_and_agents_on_their_own(
    database: Database, client: AsyncClient, lead: Agent, clients: Clients
) -> None:
    channel = await _mailbox(database, failures=FAILED_POLLS)
    leading = await clients.of(lead)

    for path in ("/tickets", "/home", "/bulletin"):
        assert f'id="trouble-mailbox-{channel.id}"' in await _page(leading, path)
        assert f'id="trouble-mailbox-{channel.id}"' not in await _page(client, path)
    home = await _page(client, "/home")

    assert "メールボックス「受注窓口」を取得できません（3回続けて失敗）" in home
    assert "サーバーがこのユーザー名とパスワードを受け付けません" in home
    assert "急ぎのものはありません" not in home
    assert "/admin/mailboxes" not in home


async def test_an_administrator_is_led_to_the_mailbox(database: Database, admin: Agent, clients: Clients) -> None:
    channel = await _mailbox(database, failures=FAILED_POLLS)

    page = await _page(await clients.of(admin), "/home")

    assert page.count(f'href="/admin/mailboxes/{channel.id}"') == 2


async def test_two_failed_polls_are_no_trouble_yet(database: Database, lead: Agent, clients: Clients) -> None:
    await _mailbox(database, failures=FAILED_POLLS - 1)

    assert "trouble-mailbox" not in await _page(await clients.of(lead), "/home")


async def test_a_gap_between_server_and_store_is_told(database: Database, lead: Agent, clients: Clients) -> None:
    await _mailbox(database, missing=4)

    page = await _page(await clients.of(lead), "/home")

    assert "メールボックス「受注窓口」では、サーバーにある4件のメールが、ここに保存されていません" in page


async def test_a_paused_mailbox_is_meant_to_stand_still(database: Database, lead: Agent, clients: Clients) -> None:
    channel = await _mailbox(database, failures=FAILED_POLLS)
    async with database.transaction() as session:
        await channels.pause(session, await channel_queries.get_channel(session, channel.id))

    assert "trouble-mailbox" not in await _page(await clients.of(lead), "/home")


async def test_of_a_mailbox_that_one_does_not_see_one_hears_nothing(database: Database, client: AsyncClient) -> None:
    channel = await _mailbox(database, failures=FAILED_POLLS)
    async with database.transaction() as session:
        await build_team(session, channels=[await channel_queries.get_channel(session, channel.id)])

    assert "受注窓口" not in await _page(client, "/home")


async def test_a_folder_that_is_fetched_no_more_has_no_trouble(
    database: Database, lead: Agent, clients: Clients, blobs: BlobStore, box: SecretBox
) -> None:
    channel = await _mailbox(database, failures=FAILED_POLLS, missing=4)
    async with database.transaction() as session:
        moved = await channel_queries.get_channel(session, channel.id)
        moved.settings = {**moved.settings, "folder": "Support"}

    _, folder = await Mailbox(database, blobs, box, channel.id)._load()

    assert folder.folder == "Support"
    assert "trouble-mailbox" not in await _page(await clients.of(lead), "/home")
    assert await _signals(database) == 1


async def test_the_last_success_is_that_of_the_folder_which_is_fetched_now(
    database: Database, client: AsyncClient
) -> None:
    channel = await _mailbox(database)
    long_ago, at = now() - timedelta(days=90), now()
    async with database.transaction() as session:
        for name, moment in (("INBOX", long_ago), ("Support", at)):
            folder = await channel_queries.ensure_folder(session, channel.id, name)
            await channel_queries.note_success(session, folder.id, on_server=0, at=moment)

    shown = (await client.get("/api/v1/channels")).json()["items"]

    assert [one["last_success_at"] for one in shown if one["id"] == channel.id] == [rfc3339(at)]


async def test_open_pages_are_told_when_it_begins_and_when_it_is_over(
    database: Database, blobs: BlobStore, box: SecretBox
) -> None:
    channel = await _mailbox(database)
    receiving = Mailbox(database, blobs, box, channel.id)
    told: list[int] = []

    for _ in range(FAILED_POLLS + 1):
        _, folder = await receiving._load()
        await receiving._note_error(folder, ERROR)
        told.append(await _signals(database))
    for _ in range(2):
        _, folder = await receiving._load()
        await receiving._note_success(folder, 0)
        told.append(await _signals(database))

    assert told == [0, 0, 1, 1, 2, 2]


async def _signals(database: Database) -> int:
    async with database.reading() as session:
        return await session.scalar(select(func.count()).select_from(Signal).where(Signal.ticket_id.is_(None))) or 0
