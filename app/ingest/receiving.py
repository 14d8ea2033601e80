"""Fetches one mailbox: what waits first, then what arrives; one worker at a time by lease."""

import asyncio
from contextlib import aclosing, suppress
from datetime import timedelta

from app.channels import queries as channel_queries
from app.channels.models import FAILED_POLLS, Channel, ChannelFolder
from app.channels.registry import connector_for
from app.channels.service import in_words, settings_of
from app.core.blobs import BlobStore
from app.core.clock import now
from app.core.crypto import SecretBox
from app.core.database import Database
from app.core.errors import DiskFull
from app.core.i18n import gettext, mark
from app.core.log import get_logger
from app.ingest import refusal_queries
from app.ingest.accept import accept
from app.ingest.beginning import begin
from app.ingest.comparing import compare
from app.ingest.refusals import ask_again
from app.live.signals import signal_desk
from connectors.contracts import ConnectionProblem, Receiver

LEASE_DURATION = timedelta(seconds=10)
POLL_SECONDS = 25.0
"""With the timeout of one command, a line that swallows everything is noticed within a minute."""
PATIENT_FAILURES = 10
"""A server that gives out nothing has trouble that passes; after so many polls what it refuses is set aside."""
FIRST_RETRY_SECONDS = 1.0
LONGEST_RETRY_SECONDS = 30.0

NO_ROOM = mark("The server's disk is full. What is on the mail server stays there, and is fetched when there is room.")

log = get_logger(__name__)


class Mailbox:
    """One channel being received. `run` goes on until it is cancelled or its channel is paused."""

    def __init__(self, database: Database, blobs: BlobStore, box: SecretBox, channel_id: int) -> None:
        self._database = database
        self._blobs = blobs
        self._box = box
        self._channel_id = channel_id

    async def run(self) -> None:
        retry_seconds = FIRST_RETRY_SECONDS
        while True:
            channel, folder = await self._load()
            if channel.is_paused:
                return
            began = now()
            try:
                await self._receive(channel, folder)
            except ConnectionProblem as problem:
                await self._note_error(folder, in_words(problem))
            except DiskFull:
                await self._note_error(folder, gettext(NO_ROOM))
            except Exception as error:
                log.error("receiving failed unexpectedly", channel_id=self._channel_id, exc_info=error)
                await self._note_error(folder, type(error).__name__)
            lasted = (now() - began).total_seconds()
            retry_seconds = (
                FIRST_RETRY_SECONDS if lasted > POLL_SECONDS else min(retry_seconds * 2, LONGEST_RETRY_SECONDS)
            )
            await asyncio.sleep(retry_seconds)

    async def _load(self) -> tuple[Channel, ChannelFolder]:
        async with self._database.transaction() as session:
            channel = await channel_queries.get_channel(session, self._channel_id)
            folder = await channel_queries.ensure_folder(
                session, channel.id, str(channel.settings.get("folder", "INBOX"))
            )
            await refusal_queries.give_up_elsewhere(session, channel.id, but=folder.folder, at=now())
            if await channel_queries.forget_troubles(session, channel.id, but=folder.folder):
                await signal_desk(session)
            return channel, folder

    async def _receive(self, channel: Channel, folder: ChannelFolder) -> None:
        connector = await asyncio.to_thread(connector_for, channel.kind)
        receiver = connector.receiver(settings_of(channel, self._box))
        try:
            folder = await begin(self._database, receiver, folder, await receiver.connect())
            while True:
                await self._fetch(receiver, channel, folder)
                await receiver.wait(POLL_SECONDS)
        finally:
            await receiver.close()

    async def _fetch(self, receiver: Receiver, channel: Channel, folder: ChannelFolder) -> None:
        """Everything above the cursor, in batches, each stored before the next is asked for. Raises DiskFull."""
        self._database.room.require()
        batches = receiver.fetch(
            uidvalidity=folder.uidvalidity, after_uid=folder.uid, is_patient=folder.failures < PATIENT_FAILURES
        )
        on_server = folder.on_server
        async with aclosing(batches):
            async for batch in batches:
                on_server = batch.folder.on_server
                self._database.room.require()
                if batch.messages:
                    await accept(self._database, self._blobs, channel, folder, batch)
        await self._look_back(receiver, channel, folder)
        await self._note_success(folder, on_server)

    async def _look_back(self, receiver: Receiver, channel: Channel, folder: ChannelFolder) -> None:
        """At what lies below the cursor: what was refused, and now and then whether anything is missing."""
        await ask_again(self._database, self._blobs, receiver, channel_id=folder.channel_id, folder=folder.folder)
        await compare(self._database, self._blobs, receiver, channel, await self._read(folder))

    async def _read(self, folder: ChannelFolder) -> ChannelFolder:
        async with self._database.reading() as session:
            return await channel_queries.get_folder(session, folder.id)

    async def _note_success(self, folder: ChannelFolder, on_server: int) -> None:
        async with self._database.transaction() as session:
            await channel_queries.note_success(session, folder.id, on_server=on_server, at=now())
            if folder.failures >= FAILED_POLLS:
                await signal_desk(session)
        current = await self._read(folder)
        folder.uidvalidity, folder.uid, folder.failures = current.uidvalidity, current.uid, 0

    async def _note_error(self, folder: ChannelFolder, error: str) -> None:
        """As far as there is room for it."""
        log.warning("a mailbox cannot be fetched", channel_id=self._channel_id, reason=error)
        with suppress(DiskFull):
            async with self._database.transaction() as session:
                failures = await channel_queries.note_error(session, folder.id, error=error, at=now())
                if failures == FAILED_POLLS:
                    await signal_desk(session)
