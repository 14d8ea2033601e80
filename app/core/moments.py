"""What a condition names as its beginning or end: a day of a zone, or an instant. Both ends are included."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def first_instant(moment: date, zone: ZoneInfo) -> datetime:
    """The instant itself, or the beginning of the day."""
    return moment.astimezone(UTC) if isinstance(moment, datetime) else _midnight(moment, zone)


def instant_after(moment: date, zone: ZoneInfo) -> datetime:
    """The first instant that is no longer meant."""
    if isinstance(moment, datetime):
        return moment.astimezone(UTC) + timedelta(microseconds=1)
    return _midnight(moment + timedelta(days=1), zone)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
