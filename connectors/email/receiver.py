"""Reads one IMAP folder, batch by batch, and waits for news."""

import asyncio
from collections.abc import AsyncGenerator, Iterator, Sequence
from datetime import date, timedelta
from functools import partial

from connectors.contracts import ConnectionProblem, FolderState, RawBatch, RawMessage
from connectors.email import imap_folder
from connectors.email.endpoint import imap_endpoint
from connectors.email.imap_connection import ImapConnection
from connectors.email.imap_folder import Given
from connectors.email.imap_opening import open_connection
from connectors.email.imap_responses import Listed
from connectors.email.settings import EmailSettings

LONGEST_IDLE = 25 * 60.0
"""Servers hang up after half an hour of silence (RFC 2177)."""

ASKED_ALONE = 3
"""Where not even so many are given out alone, the patient ask for no more: a server that is asked too much says no."""

SEARCHED_AT_ONCE = timedelta(days=60)
"""One line is the answer, and no line may be without end."""


class ImapReceiver:
    """Implements contracts.Receiver. The folder is opened for reading only, bodies are peeked at."""

    def __init__(self, settings: EmailSettings) -> None:
        self.settings = settings
        self._connection: ImapConnection | None = None

    async def connect(self) -> FolderState:
        await self.close()
        self._connection = await open_connection(self.settings)
        return await imap_folder.examine(self._connection, self.settings.folder)

    async def fetch(
        self, *, uidvalidity: int | None, after_uid: int, is_patient: bool = True
    ) -> AsyncGenerator[RawBatch]:
        """The folder is examined anew, so that a UIDVALIDITY that changed meanwhile is noticed."""
        state = await imap_folder.examine(self._opened, self.settings.folder)
        start = after_uid if uidvalidity == state.uidvalidity else 0
        for batch in imap_folder.batches(await self._list_above(start)):
            messages = await self._messages(batch, is_patient=is_patient)
            if messages:
                yield RawBatch(state, messages)

    async def fetch_again(self, *, uidvalidity: int, uids: Sequence[int]) -> AsyncGenerator[RawBatch]:
        state = await imap_folder.examine(self._opened, self.settings.folder)
        if state.uidvalidity != uidvalidity:
            return
        for batch in imap_folder.batches(await self._list(sorted(uids))):
            messages = await self._messages(batch, is_patient=False)
            if messages:
                yield RawBatch(state, messages)

    async def list_dated(self, *, since: date, before: date) -> tuple[FolderState, list[int]]:
        state = await imap_folder.examine(self._opened, self.settings.folder)
        found: set[int] = set()
        for first, end in _windows(since, before):
            found.update(await imap_folder.dated(self._opened, first, end))
        return state, sorted(found)

    async def list_uids(self, *, up_to: int) -> tuple[FolderState, frozenset[int]]:
        state = await imap_folder.examine(self._opened, self.settings.folder)
        there = await imap_folder.uids(self._opened, f"1:{up_to}".encode()) if up_to else []
        return state, frozenset(uid for uid in there if uid <= up_to)

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

    async def _list_above(self, after_uid: int) -> list[Listed]:
        above = imap_folder.above(after_uid)
        try:
            found = await imap_folder.listing(self._opened, above)
        except ConnectionProblem as problem:
            await self._connect_after(problem)
            found = await self._list(sorted(set(await imap_folder.uids(self._opened, above))))
        by_uid = {message.uid: message for message in found if message.uid > after_uid}
        return [by_uid[uid] for uid in sorted(by_uid)]

    async def _list(self, uids: Sequence[int]) -> list[Listed]:
        """Those of these that are there. Some servers hang up over one whose size they cannot read."""
        return [message for some in imap_folder.sets(uids) for message in await self._list_some(some)]

    async def _list_some(self, uids: Sequence[int]) -> list[Listed]:
        """Halved until those are alone that a server cannot read."""
        wanted = imap_folder.written(uids)
        try:
            found = await imap_folder.listing(self._opened, wanted)
        except ConnectionProblem as problem:
            await self._connect_after(problem)
            if len(uids) == 1:
                return await imap_folder.dates(self._opened, wanted)
            half = len(uids) // 2
            return [*await self._list_some(uids[:half]), *await self._list_some(uids[half:])]
        by_uid = {message.uid: message for message in found}
        return [by_uid[uid] for uid in uids if uid in by_uid]

    async def _connect_after(self, problem: ConnectionProblem) -> None:
        """Silence is not about one message: raises the problem."""
        if problem.code == "timeout":
            raise problem
        await self.connect()

    async def _messages(self, batch: Sequence[Listed], *, is_patient: bool) -> tuple[RawMessage, ...]:
        """Without those that were deleted meanwhile; what is there and not given out has no data."""
        given = Given(batch)
        given.note(*await self._together(given.missing))
        for asked, uid in enumerate(given.missing):
            if is_patient and not given.found and asked == ASKED_ALONE:
                break
            given.note(*await self._alone(uid))
        gone = await self._gone(given)
        if is_patient and not given.found and len(set(given.missing) - gone) > 1:
            raise imap_folder.gives_nothing(self._opened, given.last_words)
        return tuple(self._message(each, given) for each in batch if each.uid not in gone)

    def _message(self, listed: Listed, given: Given) -> RawMessage:
        if not imap_folder.is_fetchable(listed) and listed.size <= imap_folder.LARGEST_BYTES:
            return RawMessage(
                listed.uid, None, listed.received_at, read=partial(imap_folder.pieces, self._opened, listed)
            )
        data, refusal = given.found.get(listed.uid), given.refusal(listed.uid)
        return RawMessage(listed.uid, data, listed.received_at, refusal="" if data is not None else refusal)

    async def _gone(self, given: Given) -> set[int]:
        kept = [message.uid for message in given.batch if message.uid not in given.found]
        there = [await imap_folder.uids(self._opened, imap_folder.written(some)) for some in imap_folder.sets(kept)]
        return set(kept).difference(*there)

    async def _together(self, uids: Sequence[int]) -> tuple[dict[int, bytes], str]:
        try:
            return await imap_folder.bodies(self._opened, uids)
        except ConnectionProblem:
            await self.connect()
            return {}, ""

    async def _alone(self, uid: int) -> tuple[dict[int, bytes], str]:
        """One bad message can make a server refuse a batch, or hang up; it must not block the others."""
        words = ""
        for _ in range(2):
            try:
                return await imap_folder.bodies(self._opened, [uid])
            except ConnectionProblem as problem:
                words = problem.detail
                await self.connect()
        return {}, words


def _windows(since: date, before: date) -> Iterator[tuple[date, date]]:
    while since < before:
        end = min(since + SEARCHED_AT_ONCE, before)
        yield since, end
        since = end
