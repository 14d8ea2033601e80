"""Reads one IMAP folder, batch by batch, and waits for news."""

import asyncio
from collections.abc import AsyncGenerator, Sequence

from connectors.contracts import ConnectionProblem, FolderState, RawBatch, RawMessage
from connectors.email import imap_folder
from connectors.email.endpoint import imap_endpoint
from connectors.email.imap_connection import ImapConnection
from connectors.email.imap_folder import NotNow
from connectors.email.imap_opening import open_connection
from connectors.email.imap_responses import Listed
from connectors.email.settings import EmailSettings

LONGEST_IDLE = 25 * 60.0
"""Servers hang up after half an hour of silence (RFC 2177)."""


class ImapReceiver:
    """Implements contracts.Receiver. The folder is opened for reading only, bodies are peeked at."""

    def __init__(self, settings: EmailSettings) -> None:
        self.settings = settings
        self._connection: ImapConnection | None = None

    async def connect(self) -> FolderState:
        await self.close()
        self._connection = await open_connection(self.settings)
        return await imap_folder.examine(self._connection, self.settings.folder)

    async def fetch(self, *, uidvalidity: int | None, after_uid: int) -> AsyncGenerator[RawBatch]:
        """The folder is examined anew, so that a UIDVALIDITY that changed meanwhile is noticed."""
        state = await imap_folder.examine(self._opened, self.settings.folder)
        start = after_uid if uidvalidity == state.uidvalidity else 0
        for batch in imap_folder.batches(await imap_folder.listing(self._opened, start)):
            messages = await self._messages(batch)
            if messages:
                yield RawBatch(state, messages)

    async def wait(self, seconds: float) -> None:
        connection = self._opened
        if connection.has_news:
            return
        if "IDLE" in connection.capabilities:
            await connection.idle(min(seconds, LONGEST_IDLE))
        else:
            await asyncio.sleep(seconds)
            await connection.ask(b"NOOP")

    async def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    @property
    def _opened(self) -> ImapConnection:
        if self._connection is None:
            raise imap_endpoint(self.settings).problem("protocol", "host", "not connected")
        return self._connection

    async def _messages(self, batch: Sequence[Listed]) -> tuple[RawMessage, ...]:
        """Without those that were deleted meanwhile; what is there and not given out has no data.

        One message may be broken. When several are asked for and none is given out, it is the server that is.
        """
        wanted = [message.uid for message in batch if imap_folder.is_fetchable(message)]
        found = await self._together(wanted)
        missing = [message for message in batch if message.uid not in found]
        gone = await self._retry(missing, found) if missing else set()
        if not found and len(set(wanted) - gone) > 1:
            raise imap_folder.not_now(self._opened, "the server gives out none of its messages")
        return tuple(
            RawMessage(message.uid, found.get(message.uid), message.received_at)
            for message in batch
            if message.uid not in gone
        )

    async def _retry(self, missing: Sequence[Listed], found: dict[int, bytes]) -> set[int]:
        """Ask for each alone: one bad message can make a server refuse a batch. Returns the deleted ones."""
        for message in missing:
            if imap_folder.is_fetchable(message):
                found.update(await self._alone(message.uid))
        there = {m.uid for m in await imap_folder.listing(self._opened, missing[0].uid - 1)}
        return {message.uid for message in missing} - there

    async def _together(self, uids: Sequence[int]) -> dict[int, bytes]:
        try:
            return await imap_folder.bodies(self._opened, uids)
        except NotNow:
            raise
        except ConnectionProblem:
            await self.connect()
            return {}

    async def _alone(self, uid: int) -> dict[int, bytes]:
        """Some servers hang up over a message that they cannot read; it must not block the others."""
        for _ in range(2):
            try:
                return await imap_folder.bodies(self._opened, [uid])
            except NotNow:
                raise
            except ConnectionProblem:
                await self.connect()
        return {}
