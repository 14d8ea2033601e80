"""When a channel is open: weekly hours, less national holidays and days of one's own. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.channels.holidays import is_holiday

MINUTES_A_DAY = 24 * 60
LOOKED_AHEAD = 400
"""Days: what is not open once in that time, never is."""

Stretch = tuple[int, int]
"""From and to, in minutes since midnight."""


@dataclass(frozen=True, slots=True)
class Hours:
    """`days` has Monday first. Closed on what `closures` names, and on holidays where those are kept."""

    zone: ZoneInfo
    days: tuple[tuple[Stretch, ...], ...]
    keeps_holidays: bool = True
    closures: frozenset[date] = frozenset()

    def is_open(self, at: datetime) -> bool:
        day = at.astimezone(self.zone).date()
        return any(begin <= at < end for begin, end in self.stretches_on(day))

    def opens_at(self, at: datetime) -> datetime | None:
        """`at` itself where it is open then; None where it never is."""
        first = at.astimezone(self.zone).date()
        for ahead in range(LOOKED_AHEAD):
            for begin, end in self.stretches_on(first + timedelta(days=ahead)):
                if at < end:
                    return max(at, begin)
        return None

    def stretches_on(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """In their order, as instants."""
        if day in self.closures or (self.keeps_holidays and is_holiday(day)):
            return
        for begin, end in self.days[day.weekday()]:
            yield self._instant(day, begin), self._instant(day, end)

    def _instant(self, day: date, minutes: int) -> datetime:
        """The clock on the wall, whatever a change of the hour makes of the day."""
        if minutes == MINUTES_A_DAY:
            return datetime.combine(day + timedelta(days=1), time(), self.zone)
        return datetime.combine(day, time(*divmod(minutes, 60)), self.zone)


def read_hours(settings: Mapping[str, Any], zone: ZoneInfo) -> Hours | None:
    """As a channel keeps them under `hours`; None where nobody has written any: then it is never closed."""
    kept = settings.get("hours")
    if not kept:
        return None
    return Hours(
        zone,
        tuple(tuple((begin, end) for begin, end in day) for day in kept["days"]),
        kept["keeps_holidays"],
        frozenset(date.fromisoformat(day) for day in kept["closures"]),
    )


def kept_form(
    days: Sequence[Sequence[Stretch]], *, keeps_holidays: bool, closures: Sequence[date]
) -> dict[str, Any] | None:
    """What `read_hours` reads; None where there is no hour at all."""
    if not any(days):
        return None
    return {
        "days": [[list(stretch) for stretch in day] for day in days],
        "keeps_holidays": keeps_holidays,
        "closures": sorted(day.isoformat() for day in closures),
    }
