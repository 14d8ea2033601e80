"""One mailbox received in the test's own process, against a real Dovecot or a proxy before it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.channels.models import Channel, ChannelFolder
from app.core.blobs import BlobStore
from app.core.crypto import SecretBox
from app.core.database import Database
from app.ingest import jobs
from app.ingest.receiving import Mailbox as Receiving
from app.tickets.message_models import Message
from tests.support.dovecot import Mailbox
from tests.support.mailboxes import add_email_channel


@dataclass(frozen=True, slots=True)
class Office:
    """What a mailbox is received with."""

    database: Database
    blobs: BlobStore
    box: SecretBox
    mailbox: Mailbox

    async def channel(self, *, port: int, password: str = "") -> Channel:
        settings = {"imap_port": port, "imap_password": password or self.mailbox.password}
        async with self.database.transaction() as session:
            channel = await add_email_channel(session, self.box, self.mailbox, **settings)
            channel.settings = {**channel.settings, "timeout": 3.0}
            return channel

    async def change(self, channel: Channel, **settings: Any) -> Channel:
        async with self.database.transaction() as session:
            changed = await session.get_one(Channel, channel.id)
            changed.settings = {**changed.settings, **settings}
            return changed

    @asynccontextmanager
    async def receiving(self, channel: Channel) -> AsyncIterator[None]:
        """Fetching alone; what it stores is not digested."""
        receiving = Receiving(self.database, self.blobs, self.box, channel.id)
        async with _running(asyncio.create_task(receiving.run())):
            yield

    @asynccontextmanager
    async def digesting(self) -> AsyncIterator[None]:
        async with _running(asyncio.create_task(jobs.digest_all(self.database, self.blobs))):
            yield

    async def folder(self, channel: Channel) -> ChannelFolder:
        async with self.database.reading() as session:
            statement = select(ChannelFolder).where(ChannelFolder.channel_id == channel.id)
            return (await session.scalars(statement)).one()

    async def error(self, channel: Channel) -> str:
        return (await self.folder(channel)).last_error

    async def messages(self) -> Sequence[Message]:
        async with self.database.reading() as session:
            return (await session.scalars(select(Message).order_by(Message.id))).all()


@asynccontextmanager
async def _running(task: asyncio.Task[None]) -> AsyncIterator[None]:
    try:
        yield
        assert not task.done()
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
