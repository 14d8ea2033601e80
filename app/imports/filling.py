"""One back-fill at work: asks the server what there is, takes it in by and by, and never before mail that arrives."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing, suppress

from app.channels import queries as channel_queries
from app.channels.models import ChannelFolder
from app.channels.registry import connector_for
from app.channels.service import in_words, settings_of
from app.core.blobs import BlobStore
from app.core.clock import LAST_DAY, now
from app.core.crypto import SecretBox
from app.core.database import Database
from app.core.errors import DiskFull
from app.core.i18n import gettext
from app.core.log import get_logger
from app.imports import queries
from app.imports.models import Backfill
from app.ingest import refusal_queries
from app.ingest.accept import Source, accept_old
from app.ingest.beginning import LARGEST_UID, tomorrow
from app.ingest.queries import count_waiting
from app.ingest.receiving import NO_ROOM
from app.ingest.refusals import ask_again
from app.tickets.models import Origin
from connectors.contracts import ConnectionProblem, FolderState, Receiver

AT_ONCE = 50
MAX_WAITING = 100
"""Taken in and not yet on tickets: more would only fill the disk sooner."""
LOOK_SECONDS = 0.2
ASK_SECONDS = 5.0
FIRST_RETRY_SECONDS = 1.0
LONGEST_RETRY_SECONDS = 60.0

log = get_logger(__name__)


class Stopped(Exception):
    """Somebody paused it, or ended it, or paused its mailbox."""


class Filling:
    """`run` returns when everything is in, or when it was stopped."""

    def __init__(self, database: Database, blobs: BlobStore, box: SecretBox, backfill_id: int) -> None:
        self._database = database
        self._blobs = blobs
        self._box = box
        self._id = backfill_id

    async def run(self) -> None:
        retry_seconds = FIRST_RETRY_SECONDS
        while True:
            try:
                await self._fill()
                return
            except Stopped:
                return
            except ConnectionProblem as problem:
                await self._note_error(in_words(problem))
            except DiskFull:
                await self._note_error(gettext(NO_ROOM))
            except Exception as error:
                log.error("taking in older mail failed unexpectedly", backfill_id=self._id, exc_info=error)
                await self._note_error(type(error).__name__)
            await asyncio.sleep(retry_seconds)
            retry_seconds = min(retry_seconds * 2, LONGEST_RETRY_SECONDS)

    async def _fill(self) -> None:
        receiver = await self._receiver()
        try:
            await receiver.connect()
            while await self._take_all(receiver):
                pass  # the UIDs may have lost their meaning on the way
        finally:
            await receiver.close()
        async with self._database.transaction() as session:
            await queries.finish(session, self._id, at=now())

    async def _take_all(self, receiver: Receiver) -> bool:
        """Whether there was anything to take."""
        source, waiting = await self._look(receiver)
        for first in range(0, len(waiting), AT_ONCE):
            await self._take(receiver, source, waiting[first : first + AT_ONCE])
        await self._ask_again(receiver, source)
        return bool(waiting)

    async def _receiver(self) -> Receiver:
        """Of the folder, which may be another than the one that mail arrives in."""
        backfill = await self._read()
        async with self._database.reading() as session:
            channel = await channel_queries.get_channel(session, backfill.channel_id)
        connector = await asyncio.to_thread(connector_for, channel.kind)
        return connector.receiver({**settings_of(channel, self._box), "folder": backfill.folder})

    async def _look(self, receiver: Receiver) -> tuple[Source, list[int]]:
        """What is still to be taken in. Where the UIDs mean something else than before, all of it is."""
        backfill = await self._read()
        before = min(backfill.before or LAST_DAY, tomorrow())
        state, found = await receiver.list_dated(since=backfill.since, before=before)
        newest = await self._newest_history(state) if found else 0
        uids = [uid for uid in found if uid <= newest]
        reached = backfill.uid if backfill.uidvalidity == state.uidvalidity else 0
        waiting = [uid for uid in uids if uid > reached]
        async with self._database.transaction() as session:
            await queries.note_found(
                session, self._id, state.uidvalidity, uid=reached, waiting=len(waiting), total=len(uids)
            )
        return Source(backfill.channel_id, backfill.folder, state.uidvalidity), waiting

    async def _newest_history(self, state: FolderState) -> int:
        """What lies above the cursor of the folder that is received has just come, and is no history: waits for it."""
        while True:
            received = await self._find_received(await self._read())
            if received is None:
                return LARGEST_UID
            if received.uidvalidity == state.uidvalidity:
                return received.uid
            await asyncio.sleep(LOOK_SECONDS)

    async def _find_received(self, backfill: Backfill) -> ChannelFolder | None:
        """The same folder, if its mail is received as it arrives."""
        async with self._database.reading() as session:
            channel = await channel_queries.get_channel(session, backfill.channel_id)
            folders = await channel_queries.list_folders(session, [channel.id])
        is_received = channel.settings.get("folder", "INBOX") == backfill.folder
        return next((each for each in folders if is_received and each.folder == backfill.folder), None)

    async def _take(self, receiver: Receiver, source: Source, uids: Sequence[int]) -> None:
        """Raises Stopped, and DiskFull before anything is fetched that could not be kept."""
        await self._wait_for_turn()
        backfill = await self._read()
        assert source.uidvalidity is not None
        async with aclosing(receiver.fetch_again(uidvalidity=source.uidvalidity, uids=uids)) as batches:
            async for batch in batches:
                self._database.room.require()
                await accept_old(self._database, self._blobs, source, batch.messages)
        async with self._database.transaction() as session:
            await queries.note_taken(session, self._id, uid=uids[-1], taken=backfill.taken + len(uids))

    async def _ask_again(self, receiver: Receiver, source: Source) -> None:
        """For what the server refused, until it is given out or given up; in its own folder the mailbox asks."""
        while await self._find_received(await self._read()) is None:
            await ask_again(self._database, self._blobs, receiver, channel_id=source.channel_id, folder=source.folder)
            async with self._database.reading() as session:
                if not await refusal_queries.is_any_refused(session, source.channel_id, source.folder):
                    return
            await asyncio.sleep(ASK_SECONDS)

    async def _wait_for_turn(self) -> None:
        while True:
            async with self._database.reading() as session:
                if await count_waiting(session, Origin.IMPORT) <= MAX_WAITING:
                    return
            await asyncio.sleep(LOOK_SECONDS)

    async def _read(self) -> Backfill:
        async with self._database.reading() as session:
            backfill = await queries.find_running(session, self._id)
        if backfill is None:
            raise Stopped
        return backfill

    async def _note_error(self, error: str) -> None:
        log.warning("older mail cannot be taken in", backfill_id=self._id, reason=error)
        with suppress(DiskFull):
            async with self._database.transaction() as session:
                await queries.note_error(session, self._id, error=error)
