"""Columns of days follow facts and spans: a marked day is counted anew, and what was seen before counting is unmarked.

It is counted while others write, in a unit of work that reads, and written in a short one. Who counts takes the
number of the generation before and gives it back grown by one: so of two who count at once only the first one writes,
and a mark that came in between stays. What is marked nobody reads from the columns (`app.tallies.reading`).
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.database import Database
from app.core.local_time import stretches
from app.core.rows import AnyRow
from app.tallies import day_queries, queries
from app.tallies.models import Tally
from app.tallies.packing import pack
from app.tallies.properties import ALL_NAMES, COUNTS, KINDS, LABELED, LABELS, NAMES, NOTHING, TERM_COUNT, TERMS

ONE_DAY = timedelta(days=1)

Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Counted:
    """What a day of UTC and the days of the organisation that it touches were at one moment."""

    generation: int
    mark_ids: Sequence[int]
    rows: Mapping[date, Sequence[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Day:
    """Columns by their names; the day on which the last span ended, None while one lasts."""

    last_day: date | None
    columns: Mapping[str, bytes]


async def list_marked_days(database: Database, zone: ZoneInfo) -> Sequence[date]:
    """The newest first, which are looked at most. Where no columns are of this zone, all days are marked first."""
    async with database.reading() as session:
        is_begun = await queries.find_generation(session, str(zone)) is not None
    if not is_begun:
        await begin_anew(database, zone)
    async with database.reading() as session:
        return (await queries.list_marked_days(session))[::-1]


async def rebuild(database: Database, zone: ZoneInfo, tell: Tell) -> int:
    """All columns anew, while the desk goes on; returns how many days were counted. The facts serve meanwhile."""
    await begin_anew(database, zone)
    days = await list_marked_days(database, zone)
    for done, day in enumerate(days, start=1):
        await count_anew(database, day, zone)
        tell(done, len(days))
    return len(days)


async def begin_anew(database: Database, zone: ZoneInfo) -> None:
    """Every day that holds something, or has columns, is marked: what it has nobody reads until it is counted."""
    async with database.transaction() as session:
        history, days = await queries.find_history(session), await queries.find_days(session)
        await queries.begin_anew(session, str(zone))
        ends = [each.astimezone(UTC).date() for each in history or ()]
        ends += [each for day in days or () for each in utc_days(day, zone)]
        if ends:
            count = (max(ends) - min(ends)).days + 1
            await queries.mark_days(session, [min(ends) + timedelta(days=number) for number in range(count)])


def days_touched(day: date, zone: ZoneInfo) -> Sequence[date]:
    """The days of a zone that a day of UTC overlaps."""
    begins = datetime.combine(day, time(), UTC)
    first = begins.astimezone(zone).date()
    last = (begins + ONE_DAY - timedelta(microseconds=1)).astimezone(zone).date()
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def utc_days(day: date, zone: ZoneInfo) -> tuple[date, date]:
    """The first and the last day of UTC that a day of a zone overlaps."""
    begins, ends = bounds(day, zone)
    return begins.astimezone(UTC).date(), (ends - timedelta(microseconds=1)).astimezone(UTC).date()


def bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    return datetime.combine(day, time(), zone), datetime.combine(day + ONE_DAY, time(), zone)


async def count_anew(database: Database, day: date, zone: ZoneInfo) -> None:
    """The days of the zone that a day of UTC touches; where somebody else was first, it stays marked."""
    async with database.reading() as session:
        counted = await count(session, day, zone)
    if counted is not None:
        await write(database, counted, zone)


async def write(database: Database, counted: Counted, zone: ZoneInfo) -> bool:
    """False where somebody has counted since."""
    async with database.transaction() as session:
        if not await queries.take_generation(session, str(zone), counted.generation):
            return False
        for local_day, rows in counted.rows.items():
            await queries.write_day(session, local_day, rows)
        await queries.delete_marks(session, counted.mark_ids)
    return True


async def count(session: AsyncSession, day: date, zone: ZoneInfo) -> Counted | None:
    """The generation and the marks before the facts: what changes later is marked anew, or counted already."""
    generation = await queries.find_generation(session, str(zone))
    mark_ids = await queries.list_marks(session, day)
    if generation is None:
        return None
    rows = {}
    for local_day in days_touched(day, zone):
        rows[local_day] = [
            {"tally": tally, "name": name, "data": data, "last_day": whole.last_day}
            for tally in Tally
            for whole in [await count_day(session, tally, local_day, zone, ALL_NAMES[tally])]
            for name, data in whole.columns.items()
        ]
    return Counted(generation, mark_ids, rows)


async def count_day(session: AsyncSession, tally: Tally, day: date, zone: ZoneInfo, names: Collection[str]) -> Day:
    """What these columns of it are; `LABELS` and `TERMS` with their fellows."""
    begins, ends = bounds(day, zone)
    plain = [name for name in NAMES[tally] if name in names]
    entries = await day_queries.list_entries(session, tally, plain, (begins, ends), stretches(zone, begins, ends))
    pairs = await day_queries.list_labels(session, tally, (begins, ends)) if LABELS in names else None
    terms = await day_queries.list_terms(session, (begins, ends)) if TERMS in names else None
    return await asyncio.to_thread(_pack_day, day, zone, plain, entries, pairs, terms)


def _pack_day(
    day: date,
    zone: ZoneInfo,
    names: Sequence[str],
    entries: Sequence[AnyRow],
    pairs: Sequence[AnyRow] | None,
    terms: Sequence[AnyRow] | None,
) -> Day:
    kinds, ids, *found = list(zip(*entries, strict=True)) or [()] * (len(names) + 2)
    numbers = dict(zip(names, found, strict=True))
    columns = {name: pack(column) for name, column in numbers.items()}
    columns[COUNTS] = pack([kinds.count(number) for number in range(1, len(KINDS) + 1)])
    if pairs is not None:
        place_of = {entry_id: place for place, entry_id in enumerate(ids)}
        known = [(place_of[entry_id], label_id) for entry_id, label_id in pairs if entry_id in place_of]
        columns |= {LABELED: pack([place for place, _ in known]), LABELS: pack([label_id for _, label_id in known])}
    if terms is not None:
        columns |= _pack_terms(ids[: kinds.count(1)], terms)
    return Day(_last_day(numbers.get("to", ()), zone) if ids else day, columns)


def _pack_terms(arrival_ids: Sequence[int], terms: Sequence[AnyRow]) -> dict[str, bytes]:
    counts = Counter(dict.fromkeys(arrival_ids, 0))
    known = [(arrival_id, term_id) for arrival_id, term_id in terms if arrival_id in counts]
    counts.update(arrival_id for arrival_id, _ in known)
    return {TERM_COUNT: pack(list(counts.values())), TERMS: pack([term_id for _, term_id in known])}


def _last_day(ends: Sequence[int], zone: ZoneInfo) -> date | None:
    """None while a span lasts, and for what does not last."""
    return datetime.fromtimestamp(max(ends), zone).date() if ends and NOTHING not in ends else None
