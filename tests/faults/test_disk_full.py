"""The disk is full for a while: nothing is lost, nothing is sent twice, and it goes on by itself (issue 4, 9)."""

import os
import shutil
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest
import pytest_asyncio
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import select

from app.accounts.models import Agent
from app.channels.models import Channel, ChannelFolder
from app.core.blobs import BlobStore
from app.core.crypto import SecretBox
from app.core.database import Database
from app.core.errors import DiskFull
from app.core.settings import Settings
from app.core.wakeups import OUTBOX
from app.ingest.models import RawMessage
from app.ingest.receiving import Mailbox
from app.main import create_app
from app.outbox.models import OutboxState
from app.outbox.worker import SendingDesk
from app.replies.withdrawal import give_back
from app.tickets.message_models import Message
from connectors.contracts import FolderState, RawBatch
from connectors.contracts import RawMessage as Fetched
from tests.support.arrivals import RECEIVED_AT, UIDVALIDITY, Intake, build_mail
from tests.support.builders import build_channel
from tests.support.fixtures_web import BASE_URL, Clients
from tests.support.replying import Desk, open_desk
from tests.support.senders import RecordingSender
from tests.support.small_disk import fill_up, small_disk


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk", megabytes=16) as disk:
        yield disk


@pytest.fixture
def blobs(disk: Path) -> BlobStore:
    return BlobStore(disk / "blobs")


@pytest_asyncio.fixture
async def database(disk: Path, sqlite_template: Path) -> AsyncIterator[Database]:
    shutil.copyfile(sqlite_template, disk / "madoguchi.db")
    database = Database(f"sqlite:///{disk / 'madoguchi.db'}")
    yield database
    await database.dispose()


@pytest.fixture
def settings(disk: Path, database: Database) -> Settings:
    return Settings(_env_file=None, data_dir=disk, database_url=database.url, base_url=BASE_URL)


@pytest.fixture
def app(database: Database, settings: Settings, box: SecretBox, blobs: BlobStore) -> FastAPI:
    return create_app(database, settings, box=box, blobs=blobs)


class FakeServer:
    """A mailbox with mails above a cursor, as a `Receiver` gives them out."""

    def __init__(self, count: int) -> None:
        self.mails = [build_mail(mail_id=f"{n}@customer.example", text="あ" * 20_000) for n in range(1, count + 1)]

    async def connect(self) -> FolderState:
        return FolderState(UIDVALIDITY, len(self.mails))

    async def wait(self, seconds: float) -> None: ...

    async def close(self) -> None: ...

    async def fetch(
        self, *, uidvalidity: int | None, after_uid: int, is_patient: bool = True
    ) -> AsyncGenerator[RawBatch, None]:
        async for batch in self.fetch_again(uidvalidity=UIDVALIDITY, uids=range(after_uid + 1, len(self.mails) + 1)):
            yield batch

    async def fetch_again(self, *, uidvalidity: int, uids: Sequence[int]) -> AsyncGenerator[RawBatch, None]:
        state = FolderState(UIDVALIDITY, len(self.mails))
        for uid in uids:
            yield RawBatch(state, (Fetched(uid, self.mails[uid - 1], RECEIVED_AT),))

    async def list_dated(self, *, since: date, before: date) -> tuple[FolderState, list[int]]:
        return FolderState(UIDVALIDITY, len(self.mails)), list(range(1, len(self.mails) + 1))

    async def list_uids(self, *, up_to: int) -> tuple[FolderState, frozenset[int]]:
        return FolderState(UIDVALIDITY, len(self.mails)), frozenset(range(1, up_to + 1))


async def folder_of(database: Database, channel: Channel) -> ChannelFolder | None:
    async with database.reading() as session:
        return await session.scalar(select(ChannelFolder).where(ChannelFolder.channel_id == channel.id))


async def test_intake_stops_without_moving_the_cursor_and_goes_on_by_itself(
    database: Database, blobs: BlobStore, box: SecretBox, disk: Path
) -> None:
    async with database.transaction() as session:
        channel = await build_channel(session)
    mailbox, server, intake = Mailbox(database, blobs, box, channel.id), FakeServer(30), Intake(database, blobs)
    _, folder = await mailbox._load()
    ballast = fill_up(disk, but=1_500_000)

    with pytest.raises(DiskFull):
        await mailbox._fetch(server, channel, folder)
    stopped = await folder_of(database, channel)
    stored = await intake.count(RawMessage)
    ballast.unlink()
    _, folder = await mailbox._load()
    await mailbox._fetch(server, channel, folder)
    await intake.digest()

    assert 0 < stored < 30
    assert stopped is not None
    assert stopped.uid == stored
    assert await intake.count(RawMessage) == await intake.count(Message) == 30
    assert not [name for _, _, names in os.walk(blobs.folder) for name in names if "." in name]


async def test_what_has_no_room_at_all_changes_nothing(database: Database, blobs: BlobStore, disk: Path) -> None:
    """Beyond the reserve: the disk itself refuses."""
    async with database.transaction() as session:
        channel = await build_channel(session)
    intake = Intake(database, blobs)
    ballast = fill_up(disk, but=8192)

    with pytest.raises(DiskFull):
        await intake.accept(channel, build_mail(text="あ" * 500_000))
    with pytest.raises(DiskFull):
        async with database.transaction() as session:
            session.add_all(Channel(name="あ" * 50_000, kind="email", key=f"key {n}") for n in range(100))
    ballast.unlink()

    assert await intake.count(RawMessage) == 0
    await intake.take_in(channel, build_mail(text="あ" * 500_000))
    assert await intake.count(Message) == 1


async def test_sending_holds_and_goes_on(database: Database, blobs: BlobStore, disk: Path) -> None:
    desk: Desk = await open_desk(database)
    entry_id = await desk.reply()
    sender = RecordingSender()
    async with database.wakeups.subscribe(OUTBOX) as waiter:
        sending = SendingDesk(database, blobs, lambda _: sender, give_back, waiter)
        ballast = fill_up(disk)
        await sending.start_what_is_due()
        before = (await desk.entry(entry_id)).state
        ballast.unlink()
        await sending.start_what_is_due()
        await sending.finish()

    assert before is OutboxState.QUEUED
    assert (await desk.entry(entry_id)).state is OutboxState.SENT
    assert len(sender.sent) == 1


async def test_reading_goes_on_and_every_page_and_readyz_say_so(
    client: AsyncClient, clients: Clients, agent: Agent, database: Database, disk: Path
) -> None:
    desk = await open_desk(database)
    nobody = await clients.nobody()
    token = await clients.with_token(agent)
    ballast = fill_up(disk)

    pages = [await client.get(path) for path in ("/", "/home", "/bulletin", f"/tickets/{desk.ticket_id}")]
    ready = await nobody.get("/readyz")
    refused = await token.post(f"/api/v1/tickets/{desk.ticket_id}/notes", json={"text": "あ" * 9_000})
    ballast.unlink()
    after = await client.get("/")

    assert [page.status_code for page in pages] == [200, 200, 200, 200]
    assert all("ディスクがいっぱい" in page.text for page in pages)
    assert ready.status_code == 503
    assert "disk is full" in ready.json()["reasons"][0]
    assert refused.status_code == 507
    assert refused.json()["code"] == "disk_full"
    assert (await nobody.get("/readyz")).status_code in {200, 503}
    assert after.status_code == 200
