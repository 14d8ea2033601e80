"""Files that a platform keeps for a while: brought into our own store as soon as they come, piece by piece."""

import asyncio
import mimetypes
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePath

from sqlalchemy.ext.asyncio import AsyncSession

from app.channels import queries as channel_queries
from app.channels.models import Channel
from app.channels.platforms import PlatformOf
from app.channels.service import in_words
from app.conversations import file_queries
from app.conversations.models import PendingFile
from app.core.blobs import BlobStore, BlobWriter, register
from app.core.clock import now
from app.core.database import Database, wake_at_commit
from app.core.errors import DiskFull
from app.core.i18n import gettext, mark
from app.core.log import get_logger
from app.core.outside import Outside, OutsideUnreachable
from app.core.pictures import HEAD_BYTES, picture_type
from app.core.wakeups import FILES
from app.live.signals import signal
from app.tickets import message_queries
from app.tickets import queries as ticket_queries
from app.tickets.message_models import Attachment
from connectors.contracts import ConnectionProblem
from connectors.talks import Gone, NotReady

LOOK_SECONDS = 30.0
SHORTEST_WAIT_SECONDS = 0.05
ATTEMPT = timedelta(minutes=30)
"""Longer than any attempt takes: then another worker may try."""
ATTEMPT_SECONDS = 1500.0
AT_ONCE = 3
NOT_READY_PAUSES = tuple(map(timedelta, (0, 0, 0, 0), (2, 5, 10, 30)))
PAUSES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
TRY_FOR = timedelta(days=7)
MAX_BYTES = 1 << 30
MAX_BYTES_ELSEWHERE = 50 << 20

GONE = mark("The file is not there any more: {channel} keeps files only for a while.")
TOO_LARGE = mark("The file is larger than what this desk takes in.")
ELSEWHERE = mark("The file lies elsewhere on the web and could not be fetched from there.")
NOT_READY = mark("The file is still being prepared.")


@dataclass(frozen=True, slots=True)
class Fetched:
    sha256: str
    size: int
    head: bytes


class TooLarge(Exception):
    """Larger than what is taken in."""


TROUBLES = (ConnectionProblem, OutsideUnreachable, Gone, NotReady, TooLarge, DiskFull, TimeoutError, OSError)
"""Of one file: the others that are being fetched go on."""

log = get_logger(__name__)


async def run(database: Database, blobs: BlobStore, platform_of: PlatformOf, outside: Outside) -> None:
    """Run until cancelled."""
    fetcher = Fetcher(database, blobs, platform_of, outside)
    async with database.wakeups.subscribe(FILES) as waiter:
        while True:
            await fetcher.fetch_due()
            await waiter.wait(await fetcher.seconds_to_wait())


class Fetcher:
    def __init__(self, database: Database, blobs: BlobStore, platform_of: PlatformOf, outside: Outside) -> None:
        self._database = database
        self._blobs = blobs
        self._platform_of = platform_of
        self._outside = outside

    async def fetch_due(self) -> None:
        """A few at a time, so that a long video keeps no picture waiting."""
        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(self._fetch_one_by_one())

    async def seconds_to_wait(self) -> float:
        async with self._database.reading() as session:
            next_at = await file_queries.find_next_at(session)
        wanted = (next_at - now()).total_seconds() if next_at else LOOK_SECONDS
        return min(max(wanted, SHORTEST_WAIT_SECONDS), LOOK_SECONDS)

    async def _fetch_one_by_one(self) -> None:
        while not self._database.room.is_short and await self._fetch_next():
            pass

    async def _fetch_next(self) -> bool:
        """Whether there was one to do. What fails is tried again, or given up with the reason."""
        at = now()
        async with self._database.transaction() as session:
            pending = await file_queries.claim_due(session, at=at, until=at + ATTEMPT)
        if pending is None:
            return False
        async with self._database.reading() as session:
            channel = await channel_queries.get_channel(session, pending.channel_id)
        try:
            async with asyncio.timeout(ATTEMPT_SECONDS):
                fetched = await self._fetch(pending, channel)
        except TROUBLES as error:
            await self._note_failure(pending, channel, error)
            return True
        async with self._database.transaction() as session:
            await attach(session, pending, fetched)
        return True

    async def _fetch(self, pending: PendingFile, channel: Channel) -> Fetched:
        if pending.is_elsewhere:
            found = await self._outside.fetch(pending.provider_id, max_bytes=MAX_BYTES_ELSEWHERE, accept="*/*")
            return Fetched(await self._blobs.put(found.data), len(found.data), found.data[:HEAD_BYTES])
        with self._blobs.writer() as writer:
            head = await self._write(writer, pending.provider_id, channel)
            return Fetched(await asyncio.to_thread(writer.finish), writer.size, head)

    async def _write(self, writer: BlobWriter, provider_id: str, channel: Channel) -> bytes:
        """Returns how it begins."""
        head = b""
        async with aclosing(self._platform_of(channel).fetch_file(provider_id)) as pieces:
            async for piece in pieces:
                head = head or piece[:HEAD_BYTES]
                await asyncio.to_thread(writer.add, piece)
                if writer.size > MAX_BYTES:
                    raise TooLarge
        return head

    async def _note_failure(self, pending: PendingFile, channel: Channel, error: Exception) -> None:
        words = _words(error, channel)
        log.warning("a file could not be fetched", file=pending.id, reason=words)
        async with self._database.transaction() as session:
            found = await file_queries.find_file(session, pending.id)
            if found is not None:
                found.error, found.next_at = words, _next_try(found, error)
                await _tell(session, found.message_id)


async def attach(session: AsyncSession, pending: PendingFile, fetched: Fetched) -> None:
    """The ticket's row first (MODEL 1). What was unsent meanwhile is not kept."""
    message = await message_queries.get_message(session, pending.message_id)
    ticket = await ticket_queries.find_ticket(session, message.ticket_id)
    found = await file_queries.find_file(session, pending.id)
    if ticket is None or found is None:
        return
    await session.refresh(message)
    await file_queries.forget(session, found.id)
    if message.hidden_at is None:
        await register(session, {fetched.sha256: fetched.size})
        content_type = picture_type(fetched.head) or found.content_type
        session.add(
            Attachment(
                message_id=message.id,
                sha256=fetched.sha256,
                name=_name(found, content_type),
                content_type=content_type,
                size=fetched.size,
            )
        )
        ticket.has_attachment = True
    await session.flush()
    await signal(session, message.ticket_id)


async def ask_again(session: AsyncSession, pending: PendingFile) -> None:
    """By a person's wish, from now for as long as at first."""
    pending.tries, pending.error, pending.next_at, pending.created_at = 0, "", now(), now()
    wake_at_commit(session, FILES)
    await _tell(session, pending.message_id)


async def _tell(session: AsyncSession, message_id: int) -> None:
    message = await message_queries.get_message(session, message_id)
    await signal(session, message.ticket_id)


def _next_try(pending: PendingFile, error: Exception) -> datetime | None:
    """None where asking again is of no use."""
    at = now()
    if isinstance(error, (Gone, TooLarge)) or at - pending.created_at > TRY_FOR:
        return None
    pauses = NOT_READY_PAUSES if isinstance(error, NotReady) else PAUSES
    return at + pauses[min(pending.tries, len(pauses)) - 1]


def _words(error: Exception, channel: Channel) -> str:
    if isinstance(error, ConnectionProblem):
        return in_words(error)
    if isinstance(error, OutsideUnreachable):
        return gettext(ELSEWHERE)
    known = {Gone: GONE, TooLarge: TOO_LARGE, NotReady: NOT_READY, DiskFull: DiskFull.message}.get(type(error))
    return gettext(known, channel=channel.name) if known else type(error).__name__


def _name(pending: PendingFile, content_type: str) -> str:
    """As it was told; with the ending of what it turned out to be, where that is something else or it had none."""
    told = PurePath(pending.name)
    if told.suffix and content_type == pending.content_type:
        return pending.name
    return f"{told.stem}{mimetypes.guess_extension(content_type) or told.suffix}"
