"""Tells the visitors of this process what changed in their chats, in whichever process it did.

One task reads the news once for all streams and draws each chat that changed once; while nobody is connected it reads
nothing. Who is connected is written down every few seconds for all of them together.
"""

import asyncio
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.chat.doors import KnownChats
from app.chat.streams import VisitorStream
from app.chat.views import Room, read_sync
from app.chat.waiting import Presence, is_there
from app.conversations import visitor_queries
from app.conversations.visitor_models import Visitor
from app.core.clock import now
from app.core.crypto import SecretBox
from app.core.database import Database
from app.core.wakeups import VISITORS
from app.live.signals import signal

PAUSE_SECONDS = 0.03
PATIENCE_SECONDS = 20.0
"""So often it is looked whether the desk has opened or closed meanwhile, and who may still listen."""
ONLINE_EVERY_SECONDS = 8.0
ONLINE_FOR = timedelta(seconds=25)
LOOKBACK = 200
"""On PostgreSQL one piece of news may be committed after another with a higher number."""
AT_ONCE = 40
MOST_WINDOWS = 10


class ChatHub:
    def __init__(self, database: Database, box: SecretBox, chats: KnownChats, stopping: asyncio.Event) -> None:
        self._database = database
        self._chats = chats
        self._box = box
        self._stopping = stopping
        self._streams: dict[str, set[VisitorStream]] = {}
        self._arriving: set[VisitorStream] = set()
        self._left: set[int] = set()
        self._news_id: int | None = None
        self._seen: set[int] = set()
        self._presences: dict[str, Presence] = {}

    @property
    def stream_count(self) -> int:
        return sum(map(len, self._streams.values()))

    @contextmanager
    def listening(self, stream: VisitorStream) -> Iterator[VisitorStream]:
        """As long as the block lasts, the stream is told of everything. Of too many windows of one visitor one ends."""
        own = self._streams.setdefault(stream.key_hash, set())
        if len(own) >= MOST_WINDOWS:
            next(iter(own)).end()
        own.add(stream)
        self._arriving.add(stream)
        if self._stopping.is_set():
            stream.end()
        self._database.wakeups.wake((VISITORS,))
        try:
            yield stream
        finally:
            self._arriving.discard(stream)
            self._forget(stream)

    async def run(self) -> None:
        """Run until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._end_when_stopping())
            group.create_task(self._follow())
            group.create_task(self._keep_online())

    async def _end_when_stopping(self) -> None:
        await self._stopping.wait()
        for streams in self._streams.values():
            for stream in streams:
                stream.end()

    async def _follow(self) -> None:
        async with self._database.wakeups.subscribe(VISITORS) as waiter:
            loop = asyncio.get_running_loop()
            looks_at = loop.time() + PATIENCE_SECONDS
            while True:
                is_due = loop.time() >= looks_at
                await self._tell(looks_for_us=is_due)
                if is_due:
                    looks_at = loop.time() + PATIENCE_SECONDS
                await asyncio.sleep(PAUSE_SECONDS)
                await waiter.wait(max(looks_at - loop.time(), 0.0))

    async def _tell(self, *, looks_for_us: bool) -> None:
        """Those who came, those with news and, when it is looked for, all of a channel that opened or closed."""
        if not self._streams:
            self._news_id = None
            return
        try:
            await self._tell_streams(looks_for_us=looks_for_us)
        except Exception:
            self._news_id = None  # what was read and perhaps not told is told to everybody at the next attempt
            raise

    async def _tell_streams(self, *, looks_for_us: bool) -> None:
        arriving = set(self._arriving)
        async with self._database.reading() as session:
            keys = await self._read_news(session)
            changed = await self._look_for_us(session) if looks_for_us else set()
            if looks_for_us:
                await self._end_forgotten(session)
        keys |= {stream.key_hash for stream in arriving}
        keys |= {each.key_hash for own in self._streams.values() for each in own if each.channel_key in changed}
        wanted = sorted(keys & self._streams.keys())
        for first in range(0, len(wanted), AT_ONCE):
            await self._tell_some(wanted[first : first + AT_ONCE])
        self._arriving -= arriving

    async def _look_for_us(self, session: AsyncSession) -> set[str]:
        """The channels on which somebody is there now, or nobody any more."""
        before, self._presences = self._presences, {}
        for key in {stream.channel_key for own in self._streams.values() for stream in own}:
            self._presences[key] = await self._presence(session, key)
        return {key for key, presence in self._presences.items() if before.get(key) != presence}

    async def _end_forgotten(self, session: AsyncSession) -> None:
        """Whose browser was logged out, or whose visitor is not kept any more."""
        streams = [each for own in self._streams.values() for each in own]
        known = await visitor_queries.list_known_tokens(session, {each.token_hash for each in streams})
        for stream in streams:
            if stream.token_hash not in known:
                stream.end()

    async def _presence(self, session: AsyncSession, channel_key: str) -> Presence:
        if channel_key not in self._presences:
            channel = await self._chats.get(self._database, channel_key)
            self._presences[channel_key] = await is_there(session, channel, now())
        return self._presences[channel_key]

    async def _read_news(self, session: AsyncSession) -> set[str]:
        """Who has just come is told everything anyway."""
        if self._news_id is None:
            self._news_id, self._seen = await visitor_queries.last_news(session), set()
            return set(self._streams)
        rows = await visitor_queries.list_news(session, after=self._news_id - LOOKBACK)
        fresh = [row for row in rows if row.id not in self._seen]
        self._news_id = max([self._news_id, *(row.id for row in rows)])
        self._seen = {each for each in self._seen | {row.id for row in rows} if each > self._news_id - LOOKBACK}
        return {row.key_hash for row in fresh}

    async def _tell_some(self, key_hashes: Collection[str]) -> None:
        async with self._database.reading() as session:
            for visitor in await visitor_queries.list_visitors(session, key_hashes):
                await self._tell_one(session, visitor)

    async def _tell_one(self, session: AsyncSession, visitor: Visitor) -> None:
        streams = self._streams.get(visitor.key_hash, set())
        if visitor.blocked_at is not None:
            for stream in streams:
                stream.end()
        for stream in list(streams)[:1]:
            channel = await self._chats.get(self._database, stream.channel_key)
            presence = await self._presence(session, stream.channel_key)
            sync = await read_sync(session, visitor, Room.of(channel, self._box), presence)
            for each in streams:
                each.tell(sync)

    def _forget(self, stream: VisitorStream) -> None:
        streams = self._streams.get(stream.key_hash, set())
        streams.discard(stream)
        if not streams:
            self._streams.pop(stream.key_hash, None)
            self._left.add(stream.visitor_id)

    async def _keep_online(self) -> None:
        while True:
            await self.flush()
            await asyncio.sleep(ONLINE_EVERY_SECONDS)

    async def flush(self) -> None:
        """Who is there, and who went since the last time."""
        here = {stream.visitor_id for streams in self._streams.values() for stream in streams}
        left, self._left = self._left - here, set()
        if here or left:
            async with self._database.transaction() as session:
                came = await visitor_queries.keep_online(session, sorted(here), at=now(), until=now() + ONLINE_FOR)
                went = await visitor_queries.end_online(session, sorted(left))
                for ticket_id in sorted({*came, *went}):
                    await signal(session, ticket_id)
