"""Whose hours hold when: read for every figure in business time, and changed in one way, whatever page says them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import audit
from app.accounts.models import Agent
from app.channels import calendar_queries, endpoints, queries
from app.channels.business_time import Calendar, Version, calendar_of
from app.channels.calendar_models import CalendarRecount, CalendarVersion
from app.channels.hours import Hours, read_hours
from app.channels.models import Channel
from app.core.clock import now
from app.core.database import dialect_of, wake_at_commit
from app.core.dialect import DatabaseDialect
from app.core.rows import AnyRow
from app.core.wakeups import CHANNELS, RIGHTS

SUBJECT = CalendarVersion.__tablename__
WEEKDAY, CLOSED = ((9 * 60, 18 * 60),), ()
READ, CHANGED = "calendars", "calendars_changed"


@dataclass(slots=True)
class Calendars:
    """Everybody's, as they are at one revision."""

    zone: ZoneInfo
    versions: Mapping[int, Sequence[Version]]
    """By channel; the organisation's at 0."""
    _made: dict[int, Calendar] = field(default_factory=dict)

    def of(self, channel_id: int | None) -> Calendar:
        """A channel's own where it has hours, else the organisation's."""
        key = channel_id if channel_id in self.versions else 0
        calendar = self._made.get(key or 0)
        if calendar is None:
            own = self.versions.get(key, ()) if key else ()
            calendar = calendar_of(self.zone, usual_hours(self.zone), self.versions.get(0, ()), own)
            self._made[key or 0] = calendar
        return calendar


_kept: WeakKeyDictionary[DatabaseDialect, tuple[tuple[Any, ...], Calendars]] = WeakKeyDictionary()


def usual_hours(zone: ZoneInfo) -> Hours:
    """Until somebody says others: Monday to Friday, 9 to 18, closed on national holidays."""
    return Hours(zone, (WEEKDAY,) * 5 + (CLOSED,) * 2)


@lru_cache(maxsize=8)
def usual_calendar(zone: ZoneInfo) -> Calendar:
    """Of the hours that everybody has at first."""
    return calendar_of(zone, usual_hours(zone))


async def read_calendars(session: AsyncSession) -> Calendars:
    """Asked once in a unit of work, by one short statement as long as nobody changes any."""
    calendars: Calendars | None = session.info.get(READ)
    if calendars is None:
        calendars = session.info[READ] = await _read(session)
    return calendars


async def calendar_for(session: AsyncSession, channel_id: int | None) -> Calendar:
    return (await read_calendars(session)).of(channel_id)


async def fiscal_month(session: AsyncSession) -> int:
    """In which the fiscal year begins: 4 is April."""
    return await calendar_queries.read_fiscal_month(session)


async def change_fiscal_month(session: AsyncSession, month: int, *, by: Agent) -> None:
    before = await fiscal_month(session)
    await calendar_queries.set_fiscal_month(session, month)
    audit.note_setting(session, "organisation", None, by=by, fiscal_month=(before, month))


async def set_hours(
    session: AsyncSession,
    channel: Channel | None,
    kept: dict[str, Any] | None,
    *,
    by: Agent | None,
    valid_from: date | None = None,
) -> CalendarRecount | None:
    """From a day on, today where none is named; the organisation's without a channel. None where it was so already."""
    day = valid_from or today()
    channel_id = channel.id if channel else None
    former = await calendar_queries.find_version(session, channel_id, day)
    held = former or await _holding(session, channel_id, day)
    if (held.hours if held else None) == kept:
        await _apply(session, channel)
        return None
    if former is not None:
        former.removed_at = now()
        await session.flush()
    version = CalendarVersion(channel_id=channel_id, valid_from=day, hours=kept, created_by_id=by.id if by else None)
    session.add(version)
    await session.flush()
    changes = {"valid_from": (None, day.isoformat()), "hours": (former.hours if former else None, kept)}
    audit.note_setting(session, SUBJECT, version.id, by=by, channel_id=(None, channel_id), **changes)
    await _apply(session, channel)
    return await _ask_for_recount(session, channel_id, day)


async def remove(session: AsyncSession, version: CalendarVersion, channel: Channel | None, *, by: Agent) -> None:
    """What held before its day goes on."""
    version.removed_at = now()
    await session.flush()
    audit.note_setting(session, SUBJECT, version.id, by=by, is_removed=(False, True))
    await _apply(session, channel)
    await _ask_for_recount(session, version.channel_id, version.valid_from)


async def apply_due(session: AsyncSession) -> None:
    """The doors of a channel go by its hours from the day on that was named."""
    for version in await calendar_queries.claim_due(session, today=today(), at=now()):
        if version.channel_id is not None:
            await _apply(session, await queries.get_channel(session, version.channel_id))


def today() -> date:
    return now().astimezone(endpoints.zone()).date()


async def _apply(session: AsyncSession, channel: Channel | None) -> None:
    """A channel's settings say what holds today: there its doors and answers look."""
    session.info.pop(READ, None)
    session.info[CHANGED] = True
    if channel is None:
        return
    held = await _holding(session, channel.id, today())
    hours = held.hours if held else None
    if channel.settings.get("hours") != hours:
        channel.settings = {**channel.settings, "hours": hours}
        wake_at_commit(session, CHANNELS, RIGHTS)


async def _holding(session: AsyncSession, channel_id: int | None, day: date) -> CalendarVersion | None:
    versions = await calendar_queries.list_versions(session, channel_id)
    return next((version for version in versions if version.valid_from <= day), None)


async def _ask_for_recount(session: AsyncSession, channel_id: int | None, since: date) -> CalendarRecount:
    recount = CalendarRecount(channel_id=channel_id, since=since)
    session.add(recount)
    await session.flush()
    wake_at_commit(session, CHANNELS)
    return recount


async def _read(session: AsyncSession) -> Calendars:
    """What this unit of work has changed is nobody else's yet, and is kept nowhere."""
    zone = endpoints.zone()
    if session.info.get(CHANGED):
        return _calendars(await calendar_queries.list_live(session), zone)
    revision = (zone, *(await calendar_queries.read_revision(session)))
    known = _kept.get(dialect_of(session))
    if known is None or known[0] != revision:
        known = revision, _calendars(await calendar_queries.list_live(session), zone)
        _kept[dialect_of(session)] = known
    return known[1]


def _calendars(rows: Sequence[AnyRow], zone: ZoneInfo) -> Calendars:
    own = defaultdict(list)
    for row in rows:
        own[row.channel_id or 0].append(row)
    organisation = [_version(row, zone) for row in own.pop(0, ())]
    whole = calendar_of(zone, usual_hours(zone), organisation)
    versions: dict[int, Sequence[Version]] = {0: organisation}
    for channel_id, each in own.items():
        versions[channel_id] = _own(each, whole, zone)
    return Calendars(zone, versions)


def _own(rows: Sequence[AnyRow], whole: Calendar, zone: ZoneInfo) -> list[Version]:
    """A channel that gave its hours up has the organisation's from that day on, and each of their later changes."""
    ordered = sorted(rows, key=lambda row: row.valid_from)
    versions: list[Version] = []
    for row, until in zip(ordered, [*(each.valid_from for each in ordered[1:]), date.max], strict=True):
        if row.hours is not None:
            versions.append(_version(row, zone))
            continue
        versions.append(Version(row.id, row.valid_from, whole.hours_on(row.valid_from)))
        versions += [each for each in whole.versions if row.valid_from < each.valid_from < until]
    return versions


def _version(row: AnyRow, zone: ZoneInfo) -> Version:
    hours = read_hours({"hours": row.hours}, zone)
    return Version(row.id, row.valid_from, hours or usual_hours(zone))


def last_changed(versions: Sequence[CalendarVersion], at: datetime) -> CalendarVersion | None:
    """Of versions, the newest day first, the one that holds."""
    day = at.astimezone(endpoints.zone()).date()
    return next((version for version in versions if version.valid_from <= day), None)
