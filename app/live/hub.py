"""Tells the browsers of this process what changed, in whichever process it did (MODEL 23).

One task reads the log and the signals once for all streams, asks the source to draw what changed once per language,
and hands each stream what its viewer may see. While nobody listens it reads nothing.
"""

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.database import Database
from app.core.wakeups import EVENTS, RIGHTS, SIGNALS
from app.live.batches import Batch, LogReader
from app.live.positions import Position
from app.live.rights import Rights
from app.live.source import DeskNews, LiveSource, TicketNews
from app.live.streams import Stream, encode

PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.05, 0.2
REST_SHARE = 3
"""After telling, so many times as long as it took: however much happens, requests have most of the process."""

PATIENCE_SECONDS = 30.0
COUNTS_PAUSE_SECONDS = 0.5


class Hub:
    def __init__(self, database: Database, source: LiveSource, stopping: asyncio.Event | None = None) -> None:
        self._database = database
        self._source = source
        self._stopping = stopping or asyncio.Event()
        self._streams: set[Stream] = set()
        self._arriving: set[Stream] = set()
        self._log = LogReader()
        self._rights = Rights()
        self._counted_at = 0.0
        self._are_counts_due = False
        self._is_desk_due = False

    @property
    def stream_count(self) -> int:
        return len(self._streams | self._arriving)

    def tell_desk(self) -> None:
        """What surrounds the tickets changed in this process alone, such as the room on its disk."""
        self._is_desk_due = True
        self._database.wakeups.wake((SIGNALS,))

    @contextmanager
    def listening(self, stream: Stream) -> Iterator[Stream]:
        """As long as the block lasts, the stream is told of everything after its position."""
        self._arriving.add(stream)
        if self._stopping.is_set():
            stream.end()
        self._database.wakeups.wake((SIGNALS,))
        try:
            yield stream
        finally:
            self._arriving.discard(stream)
            self._streams.discard(stream)

    async def run(self) -> None:
        """Run until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._end_when_stopping())
            group.create_task(self._follow())

    async def _follow(self) -> None:
        async with self._database.wakeups.subscribe(EVENTS, SIGNALS, RIGHTS) as waiter:
            while True:
                began = time.monotonic()
                await self._tell()
                rest = REST_SHARE * (time.monotonic() - began)
                await asyncio.sleep(min(max(PAUSE_SECONDS, rest), LONGEST_PAUSE_SECONDS))
                await waiter.wait(COUNTS_PAUSE_SECONDS if self._are_counts_due else PATIENCE_SECONDS)

    async def _end_when_stopping(self) -> None:
        await self._stopping.wait()
        for stream in self._streams | self._arriving:
            stream.end()

    async def _tell(self) -> None:
        if not self.stream_count:
            self._log.rest()
            return
        arriving = set(self._arriving)
        streams = self._streams | arriving
        async with self._database.reading() as session:
            batch = await self._log.read(session, arriving)
            batch.is_desk_for_all |= self._is_desk_due
            self._is_desk_due = False
            await self._rights.read_again(session, streams, arriving=arriving, position=batch.position)
            locales = {stream.locale for stream in streams}
            news = await self._source.tickets(session, batch.ticket_ids, locales) if batch.ticket_ids else ()
            self._hand_out(batch, news, streams)
            desks = await self._desks(session, batch, streams, is_first=bool(arriving))
        for stream in streams:
            _tell_desk(stream, batch, desks.get(stream.viewer.agent.id))
        self._log.keep(batch)
        self._streams |= arriving & self._arriving
        self._arriving -= arriving

    async def _desks(
        self, session: AsyncSession, batch: Batch, streams: set[Stream], *, is_first: bool
    ) -> Mapping[int, DeskNews]:
        """At most twice a second, however much happens."""
        self._are_counts_due |= is_first or bool(batch.for_all) or batch.is_desk_for_all or batch.is_too_much
        if not self._are_counts_due or time.monotonic() - self._counted_at < COUNTS_PAUSE_SECONDS:
            return {}
        self._are_counts_due, self._counted_at = False, time.monotonic()
        viewers = {stream.viewer.agent.id: stream.viewer for stream in streams}
        return await self._source.desks(session, list(viewers.values()))

    def _hand_out(self, batch: Batch, news: Sequence[TicketNews], streams: set[Stream]) -> None:
        frames = Frames(batch)
        for stream in streams:
            if batch.is_too_much:
                stream.reset(batch.position)
            for each in news:
                if batch.is_for(stream, each.number):
                    stream.take(frames.about(each, stream), batch.position)


class Frames:
    """Each frame is encoded once, whoever gets it."""

    def __init__(self, batch: Batch) -> None:
        self._batch = batch
        self._made: dict[tuple[int, str], bytes] = {}

    def about(self, news: TicketNews, stream: Stream) -> bytes | None:
        """None for who may not see the ticket and never did."""
        seen = set(stream.viewer.audience_ids)
        if news.is_listed and news.audience_id in seen:
            return self._frame(news, stream.locale)
        return self._frame(news, "") if news.audiences_ever & seen else None

    def _frame(self, news: TicketNews, locale: str) -> bytes:
        key = news.number, locale
        if key not in self._made:
            self._made[key] = self._encode(news, locale)
        return self._made[key]

    def _encode(self, news: TicketNews, locale: str) -> bytes:
        if not locale:
            return encode("gone", {"number": news.number}, self._batch.position)
        data = {
            "number": news.number,
            "row": news.rows[locale],
            "phase": news.phase,
            "assignee_id": news.assignee_id,
            "facts": dict(news.facts),
            "channel_ids": news.channel_ids,
            "created_at": news.created_at.isoformat(timespec="microseconds"),
            "updated_at": news.updated_at.isoformat(timespec="microseconds"),
            "is_new_message": news.number in self._batch.with_message,
        }
        return encode("ticket", data, self._batch.position)


def _tell_desk(stream: Stream, batch: Batch, desk: DeskNews | None) -> None:
    if batch.is_desk_for(stream):
        stream.take(encode("desk", {}, batch.position), batch.position)
    if desk is not None:
        _tell_numbers(stream, desk, batch.position)


def _tell_numbers(stream: Stream, desk: DeskNews, position: Position) -> None:
    """Only what is another than last time."""
    counts = {
        "tabs": dict(desk.tabs),
        "mailboxes": dict(desk.mailboxes),
        "fresh": desk.fresh,
        "handovers": desk.handovers,
        "not_sent": desk.not_sent,
    }
    if counts != stream.counts:
        stream.counts = counts
        stream.take(encode("counts", counts, position), position)
    notices = {"unread": desk.unread_notices, "newest": desk.newest_notice}
    if notices != stream.notices:
        stream.notices = notices
        stream.take(encode("notices", notices, position), position)
