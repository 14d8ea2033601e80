"""Which days a briefing is about, and when it is drafted. Pure; weeks begin on Monday."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.briefings.models import BriefingKind

DAY = timedelta(days=1)
MOST_MISSED = 40
"""A desk that was down for longer drafts only the newest ones."""

Days = tuple[date, date]
"""First and last, both included."""


def containing(kind: BriefingKind, day: date) -> Days:
    if kind is BriefingKind.DAILY:
        return day, day
    if kind is BriefingKind.WEEKLY:
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=6)
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - DAY


def before(kind: BriefingKind, first: date) -> Days:
    return containing(kind, first - DAY)


def due_at(last: date, minute_of_day: int, zone: ZoneInfo) -> datetime:
    """On the day after the period; at the same time by the clock on the wall, whatever the season."""
    hour, minute = divmod(minute_of_day, 60)
    return datetime.combine(last + DAY, time(hour, minute), zone)


def newest_due(kind: BriefingKind, minute_of_day: int, zone: ZoneInfo, *, at: datetime) -> Days:
    """The newest period whose time has come."""
    found = before(kind, containing(kind, at.astimezone(zone).date())[0])
    return found if due_at(found[1], minute_of_day, zone) <= at else before(kind, found[0])


def missed(kind: BriefingKind, minute_of_day: int, zone: ZoneInfo, *, through: date, at: datetime) -> list[Days]:
    """Every period after `through` whose time has come, the oldest first."""
    found: list[Days] = []
    days = newest_due(kind, minute_of_day, zone, at=at)
    while days[1] > through and len(found) < MOST_MISSED:
        found.append(days)
        days = before(kind, days[0])
    return found[::-1]
