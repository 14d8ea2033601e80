"""What a provider sends to us: its events on the disk and in the store, in one transaction, before it hears that we
have them (DESIGN, In). Requests that come at the same time share that transaction: each costs a sync of the disk.
"""

import asyncio
import hashlib
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from app.channels.hooks import note_accepted
from app.channels.models import Channel
from app.core.clock import now
from app.core.database import Database, wake_at_commit
from app.core.wakeups import RAW
from app.ingest import originals, queries
from app.ingest.models import RawState
from app.tickets.models import Origin
from connectors.talks import Hook, RawEvent

KNOWN_SECONDS = 1.0
"""For so long a secret that was changed is still the one of before."""
MAX_TOGETHER = 200
MAX_EVENTS_TOGETHER = 500
"""Requests, and events, in one transaction, so that it stays short (MODEL 2)."""


def event_hash(channel_id: int, source: str) -> str:
    """The event of a channel; nothing is taken in twice, however often and to whichever process it is delivered."""
    return hashlib.sha256(f"{channel_id}\0event\0{source}".encode("utf-8", "replace")).hexdigest()


@dataclass(frozen=True, slots=True, eq=False)
class Delivery:
    """One request of a provider, and whoever waits for it to be stored."""

    channel: Channel
    events: Sequence[RawEvent]
    stored: "asyncio.Future[None]"


@dataclass(frozen=True, slots=True)
class Way:
    """A channel, and what reads its webhooks by the secret that it has now."""

    channel: Channel
    hook: Hook


@dataclass(slots=True)
class HookIntake:
    """Of one process: what comes while one transaction is written goes into the next."""

    database: Database
    _ways: dict[str, tuple[float, Way]] = field(default_factory=dict)
    _waiting: list[Delivery] = field(default_factory=list)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def known(self, kind: str, key: str) -> Way | None:
        """Looked up a moment ago: hundreds of requests a second are not to ask for the same channel each."""
        until, way = self._ways.get(key, (0.0, None))
        return way if way is not None and way.channel.kind == kind and time.monotonic() < until else None

    def remember(self, way: Way) -> Way:
        self._ways[way.channel.key] = (time.monotonic() + KNOWN_SECONDS, way)
        return way

    async def take(self, channel: Channel, events: Sequence[RawEvent]) -> None:
        """They are stored when this returns; known ones once. Raises DiskFull, and whatever the database does."""
        self.database.room.require()
        delivery = Delivery(channel, events, asyncio.get_running_loop().create_future())
        self._waiting.append(delivery)
        async with self._turn:
            if not delivery.stored.done():
                await self._store_waiting()
        await delivery.stored

    async def take_one(self, channel: Channel, *, source: str, data: bytes, at: datetime | None = None) -> None:
        """What came to ourselves, by no provider: as an event of theirs would be."""
        await self.take(channel, [RawEvent(source, data, at)])

    async def _store_waiting(self) -> None:
        """Whatever happens, nobody is left waiting: a provider that hears of a failure sends again."""
        some, self._waiting = self._waiting[:MAX_TOGETHER], self._waiting[MAX_TOGETHER:]
        try:
            await asyncio.shield(_store(self.database, some))
        except BaseException as error:
            _tell(some, error)
            if not isinstance(error, Exception):
                raise
        else:
            _tell(some, None)


def _tell(deliveries: Iterable[Delivery], error: BaseException | None) -> None:
    for delivery in deliveries:
        if delivery.stored.done():
            continue
        if error is None:
            delivery.stored.set_result(None)
        elif isinstance(error, Exception):
            delivery.stored.set_exception(error)
        else:
            delivery.stored.cancel()


async def _store(database: Database, deliveries: Sequence[Delivery]) -> None:
    """What is stored when a later part fails is known when it comes again."""
    pairs = ((delivery.channel, event) for delivery in deliveries for event in delivery.events)
    channels = {delivery.channel.id: delivery.channel for delivery in deliveries}.values()
    some = list(islice(pairs, MAX_EVENTS_TOGETHER))
    await _store_some(database, some, channels)
    while some := list(islice(pairs, MAX_EVENTS_TOGETHER)):
        await _store_some(database, some, ())


async def _store_some(
    database: Database, pairs: Sequence[tuple[Channel, RawEvent]], channels: Iterable[Channel]
) -> None:
    rows = await asyncio.to_thread(_rows, pairs, now())
    async with database.transaction() as session:
        for channel in channels:
            await note_accepted(session, channel)
        if rows:
            await queries.add_raw_messages(session, rows)
            wake_at_commit(session, RAW)


def _rows(pairs: Sequence[tuple[Channel, RawEvent]], at: datetime) -> list[dict[str, Any]]:
    """Each event once, in the order in which everybody writes them. Their bytes are in the rows themselves, so that one
    sync of the disk is enough for all of them."""
    rows = {row["source_hash"]: row for row in (_row(channel, event, at) for channel, event in pairs)}
    return [rows[key] for key in sorted(rows)]


def _row(channel: Channel, event: RawEvent, at: datetime) -> dict[str, Any]:
    return {
        "channel_id": channel.id,
        "folder": "",
        "uidvalidity": None,
        "uid": None,
        "source_hash": event_hash(channel.id, event.source),
        "received_at": min(event.at or at, at),
        "blob": None,
        "packed": originals.pack(event.data),
        "state": RawState.STORED,
        "origin": Origin.LIVE,
        "refusals": 0,
        "retry_at": None,
        "error": "",
    }
