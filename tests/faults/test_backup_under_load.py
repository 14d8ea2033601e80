"""Backups made while mails come in and replies are written: each restores to one whole state (issue 4, 11)."""

import asyncio
import hashlib
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from email import message_from_bytes
from pathlib import Path

import pytest
from sqlalchemy import select

from app.backup import restoring, service
from app.core.blobs import BlobStore
from app.core.crypto import SecretBox
from app.core.database import Database
from app.core.desk import Desk as Installation
from app.core.settings import Settings
from app.ingest.models import RawMessage, RawState
from app.outbox.models import OutboxEntry, OutboxState
from app.search.models import SearchDoc, SearchMark
from app.tickets.message_models import Attachment, Message, MessageKind
from app.tickets.models import Ticket
from tests.support.arrivals import Intake, build_mail
from tests.support.backups import desk_at, keep_quiet
from tests.support.replying import Desk, open_desk

REPLY_EVERY = 4


def mail_with_file(number: int) -> bytes:
    mail = message_from_bytes(build_mail(mail_id=f"{number}@customer.example", subject=f"お問い合わせ {number}"))
    boundary = f"b{number}"
    text = mail.get_payload(decode=True)
    headers = "".join(f"{name}: {mail[name]}\n" for name in ("From", "To", "Subject", "Date", "Message-ID"))
    assert isinstance(text, bytes)
    return (
        f"{headers}MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary={boundary}\n\n"
        f"--{boundary}\nContent-Type: text/plain; charset=utf-8\n\n{text.decode()}\n"
        f"--{boundary}\nContent-Type: application/pdf\nContent-Disposition: attachment; filename=a.pdf\n\n"
        f"file {number}\n--{boundary}--\n"
    ).encode()


@dataclass
class Load:
    """Keeps its own ledger of what was acknowledged, outside of the database."""

    intake: Intake
    desk: Desk
    mails: int = 0
    replies: int = 0
    backups: list[tuple[Path, int, int]] = field(default_factory=list)
    """Each with the mails and replies that were acknowledged before it began."""

    async def take_in(self, count: int) -> None:
        for number in range(1, count + 1):
            await self.intake.take_in(self.desk.channel, mail_with_file(number))
            self.mails = number
            if number % REPLY_EVERY == 0:
                await self.desk.reply(text=f"{number}通目です。")
                self.replies += 1

    async def back_up(self, here: Installation, folder: Path, *, until: "asyncio.Task[None]") -> None:
        while not until.done():
            path, mails, replies = folder / f"{len(self.backups)}.tar", self.mails, self.replies
            await service.make(here, path, keep_quiet)
            self.backups.append((path, mails, replies))


async def run(database: Database, blobs: BlobStore, settings: Settings, box: SecretBox, *, mails: int) -> Load:
    """Who backs up has connections of its own, like another process."""
    load = Load(Intake(database, blobs), await open_desk(database))
    folder = settings.data_dir / "backups"
    await asyncio.to_thread(folder.mkdir)
    async with desk_at(settings.data_dir, settings.database_url, box) as here:
        working = asyncio.create_task(load.take_in(mails))
        await asyncio.gather(working, load.back_up(here, folder, until=working))
    return load


async def require_whole(path: Path, folder: Path, box: SecretBox, *, mails: int, replies: int) -> None:
    async with desk_at(folder, f"sqlite:///{folder / 'madoguchi.db'}", box) as there:
        await restoring.restore(there, path, keep_quiet)
        async with there.database.reading() as session:
            tickets = (await session.scalars(select(Ticket))).all()
            messages = (await session.scalars(select(Message))).all()
            raws = (await session.scalars(select(RawMessage))).all()
            entries = (await session.scalars(select(OutboxEntry))).all()
            files = (await session.scalars(select(Attachment.sha256))).all()
            indexed = (await session.scalars(select(SearchDoc.id).where(SearchDoc.message_id.is_(None)))).all()
            marks = (await session.scalars(select(SearchMark))).all()
    versions = defaultdict(set)
    for message in messages:
        versions[message.ticket_id].add(message.ticket_version)
    kinds = Counter(message.kind for message in messages)
    assert {ticket.id: set(range(1, ticket.version + 1)) for ticket in tickets} == dict(versions)
    assert sum(raw.state is RawState.DIGESTED for raw in raws) == kinds[MessageKind.INBOUND] - 1 == len(files)
    assert len(raws) >= mails
    assert len(entries) == kinds[MessageKind.OUTBOUND] >= replies
    assert {entry.state for entry in entries} <= {OutboxState.UNCERTAIN}
    assert (len(indexed), marks) == (len(tickets), [])
    for sha256 in {*files, *(raw.blob for raw in raws)}:
        assert sha256 is not None
        assert hashlib.sha256(await there.blobs.get(sha256)).hexdigest() == sha256


async def try_it(
    database: Database, blobs: BlobStore, settings: Settings, box: SecretBox, *, mails: int, restored: int
) -> int:
    """How many mails came in meanwhile."""
    load = await run(database, blobs, settings, box, mails=mails)

    chosen = load.backups[:: max(1, len(load.backups) // restored)][:restored]
    for number, (path, before, replies) in enumerate(chosen):
        await require_whole(path, settings.data_dir / f"restored {number}", box, mails=before, replies=replies)
    assert len({before for _, before, _ in load.backups}) > 1
    return load.mails


async def test_a_backup_under_load_is_one_whole_state(
    database: Database, blobs: BlobStore, settings: Settings, box: SecretBox
) -> None:
    assert await try_it(database, blobs, settings, box, mails=24, restored=2) == 24


@pytest.mark.long
async def test_backups_under_much_load_are_whole_states(
    database: Database, blobs: BlobStore, settings: Settings, box: SecretBox
) -> None:
    assert await try_it(database, blobs, settings, box, mails=1_000, restored=20) == 1_000
