"""Columns of many days at one moment: of clean days as they are kept, of marked ones as they would be counted now.

So what is read is right at all times, if not always at once.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from app.tallies import queries, service
from app.tallies.models import Tally
from app.tallies.properties import COUNTS, LABELED, LABELS, TERM_COUNT, TERMS

FEW_MARKED, MARKED_SHARE = 12, 4
"""Days that are counted for one reading: a few, or a quarter of all; with more the database counts better alone."""

ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Wanted:
    """Days of a zone, both included, and names of columns; `LABELS` and `TERMS` bring their fellows.

    Spans are wanted from all days before too, where one lasted to the first.
    """

    tally: Tally
    first: date
    last: date
    zone: ZoneInfo
    names: frozenset[str]

    @property
    def begins(self) -> date | None:
        return None if self.tally is Tally.SPANS else self.first

    @property
    def day_count(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def columns(self) -> frozenset[str]:
        fellows = {fellow for name, fellow in ((LABELS, LABELED), (TERMS, TERM_COUNT)) if name in self.names}
        return self.names | fellows | {COUNTS}


Columns = Mapping[str, bytes]


async def read(session: AsyncSession, wanted: Wanted) -> Mapping[date, Columns] | None:
    """None where the database is to count alone: no columns of this zone, too much marked, or never a quiet moment."""
    for _ in range(ATTEMPTS):
        before = await _moment(session, wanted.zone)
        if before[0] is None:
            return None
        marked = await _marked_days(session, wanted)
        if len(marked) > max(FEW_MARKED, wanted.day_count // MARKED_SHARE):
            return None
        found = await _read(session, wanted, marked)
        if await _moment(session, wanted.zone) == before:
            return found
    return None


async def _moment(session: AsyncSession, zone: ZoneInfo) -> tuple[int | None, tuple[int, int]]:
    """Every change of the facts marks a day, and every count ends marks: the same twice is one moment."""
    return await queries.find_generation(session, str(zone)), await queries.count_marks(session)


async def _marked_days(session: AsyncSession, wanted: Wanted) -> Sequence[date]:
    first = service.utc_days(wanted.begins, wanted.zone)[0] if wanted.begins else date.min
    _, last = service.utc_days(wanted.last, wanted.zone)
    found = {
        touched
        for day in await queries.list_dirty_days(session, first, last)
        for touched in service.days_touched(day, wanted.zone)
    }
    return sorted(day for day in found if (wanted.begins or day) <= day <= wanted.last)


async def _read(session: AsyncSession, wanted: Wanted, marked: Collection[date]) -> Mapping[date, Columns]:
    lasting = wanted.first if wanted.tally is Tally.SPANS else None
    days = (wanted.begins, wanted.last)
    found: dict[date, dict[str, bytes]] = {}
    for day, name, data in await queries.list_columns(session, wanted.tally, wanted.columns, days, lasting=lasting):
        if day not in marked:
            found.setdefault(day, {})[name] = data
    for day in marked:
        whole = await service.count_day(session, wanted.tally, day, wanted.zone, wanted.names)
        found[day] = dict(whole.columns)
    return dict(sorted(found.items()))
