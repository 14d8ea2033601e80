"""Keeps the counters of days up: marked days are counted anew, and only what differs is written.

A day is counted while others write, and what differs is written in a short unit of work: of two who counted the same
marks the first one writes, and a mark that came in between stays.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.database import Database
from app.trends import counter_queries, term_queries
from app.trends.counter_queries import Cell, Counts
from app.trends.models import TrendAxis

MARKS_AT_ONCE = 500


class Change(NamedTuple):
    """What is to be written of one axis of a day, and what is to go."""

    axis: TrendAxis
    changed: Counts
    gone: Collection[Cell]


def day_of(at: datetime, zone: ZoneInfo) -> int:
    return at.astimezone(zone).date().toordinal()


def instants_of(day: int, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Its beginning, and the first instant after it."""
    begins = date.fromordinal(day)
    return datetime.combine(begins, time(), zone), datetime.combine(begins + timedelta(days=1), time(), zone)


async def count_marked(database: Database, zone: ZoneInfo) -> int:
    """Count some marked days anew, each in a unit of work of its own; returns how many."""
    async with database.reading() as session:
        marks = await counter_queries.list_marks(session, limit=MARKS_AT_ONCE)
    ids: dict[int, list[int]] = {}
    for mark in marks:
        ids.setdefault(day_of(mark.at, zone), []).append(mark.id)
    for day, marked in ids.items():
        async with database.reading() as session:
            changes = await compare(session, day, zone)
        await write(database, day, changes, marked)
    return len(ids)


async def compare(session: AsyncSession, day: int, zone: ZoneInfo) -> Sequence[Change]:
    """What of a day's counters is not true."""
    begins, ends = instants_of(day, zone)
    audience_ids = await counter_queries.list_audience_ids(session)
    changes = []
    for axis in TrendAxis:
        kept = await counter_queries.list_day(session, axis, day)
        true = await counter_queries.count_day(session, axis, begins, ends, audience_ids=audience_ids)
        changed = {cell: counts for cell, counts in true.items() if kept.get(cell) != counts}
        changes.append(Change(axis, changed, kept.keys() - true.keys()))
    return changes


async def write(database: Database, day: int, changes: Sequence[Change], mark_ids: Sequence[int]) -> bool:
    """False where somebody else has counted one of these marks since: what is left of them is counted again."""
    async with database.transaction() as session:
        await term_queries.hold_state(session)
        if await counter_queries.count_marks(session, mark_ids) < len(mark_ids):
            return False
        for axis, changed, gone in changes:
            await counter_queries.write_day(session, axis, day, changed=changed, gone=gone)
        await counter_queries.delete_marks(session, mark_ids)
    return True


async def mark_every_day(session: AsyncSession, zone: ZoneInfo) -> None:
    span = await counter_queries.find_span(session)
    if span is not None:
        await term_queries.mark_days(session, list(_noons(*span, zone)))


async def forget_all(session: AsyncSession, zone: ZoneInfo) -> None:
    """The days of another zone begin at other hours."""
    await counter_queries.forget_days(session)
    await mark_every_day(session, zone)


def _noons(first: datetime, last: datetime, zone: ZoneInfo) -> Iterable[datetime]:
    for day in range(day_of(first, zone), day_of(last, zone) + 1):
        yield datetime.combine(date.fromordinal(day), time(12), zone)
