"""What one pass of the hub has to tell: the tickets that changed, for all, and for those who have just come."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import now
from app.live import queries
from app.live.positions import Position
from app.live.signals import KEPT
from app.live.streams import Stream
from app.tickets.history_models import EventKind

MAX_BEHIND = 1000
LOOKBACK = 100
"""On PostgreSQL a signal may be committed after one with a higher number."""

SIGNALS_AGAIN = timedelta(minutes=1)
"""What a page may miss between being read and being connected: signals have no place in the log."""

MAX_SIGNALLED = 100
"""After a break: whoever missed more is quicker to read the page anew."""


@dataclass(slots=True)
class Batch:
    position: Position
    signal_id: int = 0
    signals: set[int] = field(default_factory=set)
    for_all: set[int] = field(default_factory=set)
    missed: dict[Stream, set[int]] = field(default_factory=dict)
    is_desk_for_all: bool = False
    """Whether what surrounds the tickets changed."""

    desk_missed: set[Stream] = field(default_factory=set)
    with_message: set[int] = field(default_factory=set)
    is_too_much: bool = False

    @property
    def ticket_ids(self) -> list[int]:
        return sorted(self.for_all.union(*self.missed.values()))

    def is_for(self, stream: Stream, ticket_id: int) -> bool:
        return ticket_id in self.for_all or ticket_id in self.missed.get(stream, ())

    def is_desk_for(self, stream: Stream) -> bool:
        return self.is_desk_for_all or stream in self.desk_missed


class LogReader:
    """Where this process stands in events and signals."""

    def __init__(self) -> None:
        self._position: Position | None = None
        self._signal_id = 0
        self._seen: set[int] = set()

    def rest(self) -> None:
        """Nobody listens: the next batch begins where the log then ends."""
        self._position = None

    async def read(self, session: AsyncSession, arriving: Iterable[Stream]) -> Batch:
        """Everything since the last batch. Call `keep` when it is told; until then it is read again."""
        epoch, last_event, last_signal = await queries.read_ends(session)
        batch = Batch(Position(epoch, last_event), signal_id=last_signal)
        if self._position is not None:
            await self._read_news(session, batch, self._position)
        for stream in arriving:
            await _welcome(session, batch, stream)
        return batch

    def keep(self, batch: Batch) -> None:
        self._position = batch.position
        self._signal_id = max(self._signal_id, batch.signal_id)
        self._seen = {each for each in self._seen | batch.signals if each > self._signal_id - LOOKBACK}

    async def _read_news(self, session: AsyncSession, batch: Batch, since: Position) -> None:
        batch.is_too_much = _is_out_of_reach(since, batch.position)
        if not batch.is_too_much:
            batch.for_all |= await _tickets_of_events(session, batch, after=since.number)
        for row in await queries.list_signals(session, after=self._signal_id - LOOKBACK):
            if row.id not in self._seen:
                batch.signals.add(row.id)
                _note_signal(batch, row.ticket_id)


def _note_signal(batch: Batch, ticket_id: int | None) -> None:
    if ticket_id is None:
        batch.is_desk_for_all = True
    else:
        batch.for_all.add(ticket_id)


async def _welcome(session: AsyncSession, batch: Batch, stream: Stream) -> None:
    """What happened since its page was read or its line was cut; a reset when that cannot be told."""
    if stream.after is None:
        return
    signalled = await _missed_signals(session, stream)
    if _is_out_of_reach(stream.after, batch.position) or signalled is None:
        stream.reset(batch.position)
        return
    missed = await _tickets_of_events(session, batch, after=stream.after.number)
    batch.missed[stream] = missed | {ticket_id for ticket_id in signalled if ticket_id is not None}
    if None in signalled:
        batch.desk_missed.add(stream)


async def _missed_signals(session: AsyncSession, stream: Stream) -> set[int | None] | None:
    """None when there are too many, or when some may be forgotten: how long a line was cut is not known."""
    if not stream.was_cut:
        return set(await queries.list_signalled(session, since=now() - SIGNALS_AGAIN))
    kept_since = now() - KEPT
    was_there_at = await queries.find_event_time(session, stream.after.number) if stream.after else None
    if was_there_at is not None and was_there_at < kept_since:
        return None
    signalled = set(await queries.list_signalled(session, since=kept_since))
    return signalled if len(signalled) <= MAX_SIGNALLED else None


async def _tickets_of_events(session: AsyncSession, batch: Batch, *, after: int) -> set[int]:
    if after == batch.position.number:
        return set()
    events = await queries.list_events(session, after=after, to=batch.position.number)
    batch.with_message |= {event.ticket_id for event in events if event.kind is EventKind.RECEIVED}
    return {event.ticket_id for event in events}


def _is_out_of_reach(there: Position, here: Position) -> bool:
    """Another life of the database, ahead of the log, or too far behind."""
    return there.epoch != here.epoch or not 0 <= here.number - there.number <= MAX_BEHIND
