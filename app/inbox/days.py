"""Days as people write them in a search."""

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.core.clock import is_nameable, now
from app.core.folding import fold

YESTERDAY, TODAY = {"yesterday", "昨日", "きのう"}, {"today", "今日", "本日"}
WRITTEN = re.compile(r"(\d{4})[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?")
MONTH_AND_DAY = re.compile(r"(\d{1,2})[-/.月](\d{1,2})日?")
AGO = re.compile(r"(\d{1,4})(d|日|日前|w|週|週間|m|か月|かげつ)")
DAYS = {"d": 1, "日": 1, "日前": 1, "w": 7, "週": 7, "週間": 7, "m": 30, "か月": 30, "かげつ": 30}


def day_begins(text: str, zone: ZoneInfo) -> datetime | None:
    """The first instant of a day: `2026-11-20`, `2026/11`, `11/20`, `today`, `7d` for a week ago."""
    day = _day(fold(text), now().astimezone(zone).date())
    return datetime.combine(day, time(), zone) if day is not None and is_nameable(day) else None


def _day(text: str, today: date) -> date | None:
    if text in TODAY:
        return today
    if text in YESTERDAY:
        return today - timedelta(days=1)
    if found := AGO.fullmatch(text):
        return today - timedelta(days=int(found[1]) * DAYS[found[2]])
    return _written_day(text, today)


def _written_day(text: str, today: date) -> date | None:
    """A day without its year is the last one of that name."""
    try:
        if found := WRITTEN.fullmatch(text):
            return date(int(found[1]), int(found[2]), int(found[3] or 1))
        if found := MONTH_AND_DAY.fullmatch(text):
            day = date(today.year, int(found[1]), int(found[2]))
            return day if day <= today else day.replace(year=today.year - 1)
    except ValueError:
        return None
    return None
