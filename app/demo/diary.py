"""When things happen: customers write at all hours, the desk works from nine to six on weekdays."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import TypeVar
from zoneinfo import ZoneInfo

from app.demo.stories import Act

OPENS, CLOSES = 9, 18
SATURDAY = 5
HOURS = range(24)
WEIGHTS_OF_HOURS = (3, 1, 1, 1, 1, 1, 2, 4, 7, 10, 12, 11, 9, 9, 10, 10, 9, 9, 8, 8, 9, 10, 9, 6)
ACCEPTANCE_OF_DAYS = (1.0, 0.9, 0.85, 0.85, 0.85, 0.6, 0.55)
"""From Monday to Sunday: how likely it is that somebody who might write does."""

A_DAY = timedelta(days=1)
MARGIN = timedelta(minutes=2)
"""Between the last act of a story and now."""

SomeAct = TypeVar("SomeAct", bound=Act)


@dataclass(frozen=True, slots=True)
class Diary:
    now: datetime
    zone: ZoneInfo
    random: Random

    def arrivals(
        self, count: int, *, since: timedelta, until: timedelta = timedelta(0), growth: float
    ) -> list[datetime]:
        """Oldest first, between two ages; with a `growth` above 1 there are more of late."""
        return sorted(self._arrival(since, until, growth) for _ in range(count))

    def later(self, at: datetime, *, minutes: float) -> datetime:
        """So long after, more or less, at any hour."""
        return at + timedelta(minutes=1 + self.random.expovariate(1 / minutes))

    def at_work(self, at: datetime, *, minutes: float) -> datetime:
        """So long after, more or less, and then when the desk is open."""
        wanted = self.later(at, minutes=minutes).astimezone(self.zone)
        if _is_open(wanted):
            return wanted
        day = wanted if wanted.hour < OPENS else wanted + A_DAY
        while day.weekday() >= SATURDAY:
            day += A_DAY
        return day.replace(hour=OPENS, minute=0) + timedelta(minutes=self.random.uniform(5, 120))

    def last_work(self, at: datetime) -> datetime:
        """The same instant if the desk is open, else one of the working day before."""
        day = at.astimezone(self.zone)
        if _is_open(day):
            return day
        while day.weekday() >= SATURDAY or day.hour < OPENS:
            day = (day - A_DAY).replace(hour=CLOSES)
        return day.replace(hour=OPENS) + timedelta(minutes=self.random.uniform(0, (CLOSES - OPENS) * 60 - 1))

    def fit(self, acts: Sequence[Act]) -> list[Act]:
        """Closer together, if the last would be in the future; the first stays."""
        first, last, limit = acts[0].at, acts[-1].at, self.now - MARGIN
        if last <= limit:
            return list(acts)
        share = max((limit - first) / (last - first), 0.0)
        return [replace(act, at=first + (act.at - first) * share) for act in acts]

    def _arrival(self, since: timedelta, until: timedelta, growth: float) -> datetime:
        """Of late as it comes; before that by day of the week and hour."""
        while True:
            share: float = self.random.random() ** growth
            age = until + (since - until) * share
            if age < A_DAY * 3:
                return self.now - max(age, MARGIN * 2)
            day = (self.now - age).astimezone(self.zone)
            if self.random.random() < ACCEPTANCE_OF_DAYS[day.weekday()]:
                hour = self.random.choices(HOURS, WEIGHTS_OF_HOURS)[0]
                return day.replace(hour=hour)


def _is_open(local: datetime) -> bool:
    return local.weekday() < SATURDAY and OPENS <= local.hour < CLOSES
