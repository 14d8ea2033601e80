"""Numbers and days of reports in words of the reader's language."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

from app.core.i18n import current_locale, gettext, mark
from app.reports.drawings import Slot
from app.reports.values import Axis, Interval, Period, ReportName, Unit

NOTHING = "–"
MINUTE, HOUR, DAY = 60, 3600, 86400
LONG = 2 * DAY
"""From here on days are what one thinks in."""

REPORT_NAMES = {
    ReportName.VOLUME: mark("Volume"),
    ReportName.SPEED: mark("Speed"),
    ReportName.BACKLOG: mark("Backlog"),
    ReportName.WORK: mark("Work"),
    ReportName.TRENDS: mark("Trends"),
    ReportName.ESCALATIONS: mark("Escalations"),
}
INTERVAL_NAMES = {
    Interval.HOUR: mark("By hour"),
    Interval.DAY: mark("By day"),
    Interval.WEEK: mark("By week"),
    Interval.MONTH: mark("By month"),
}
AXIS_NAMES = {
    Axis.CHANNEL: mark("Channel"),
    Axis.CATEGORY: mark("Category"),
    Axis.ASSIGNEE: mark("Assignee"),
    Axis.TEAM: mark("Team"),
    Axis.LABEL: mark("Label"),
    Axis.COMPANY: mark("Company"),
    Axis.STATUS: mark("Status"),
    Axis.PRIORITY: mark("Priority"),
    Axis.WEEKDAY_HOUR: mark("Weekday and hour"),
    Axis.TERM: mark("Word"),
    Axis.LEVEL: mark("Level"),
    Axis.REASON: mark("Reason"),
    Axis.FROM: mark("Asked by"),
    Axis.TO: mark("Asked of"),
}
DAY_PATTERNS = {"ja": "M/d", "en": "MMM d"}
WHOLE_DAY = {"ja": "y年M月d日(E)", "en": "EEE, MMM d, y"}
SHORT_DAY = {"ja": "y/M/d(E)", "en": "EEE, MMM d, y"}
MONTHS = {"ja": "M月", "en": "MMM"}
WHOLE_MONTH = {"ja": "y年M月", "en": "MMMM y"}


def written(amount: Any, unit: Unit) -> str:
    """For a table's cell, an axis, a sentence."""
    return NOTHING if amount is None else WRITERS[unit](amount)


def writer(unit: Unit) -> Callable[[float], str]:
    return lambda amount: written(amount, unit)


def _count(amount: float) -> str:
    whole = int(amount) if float(amount).is_integer() else round(float(amount), 1)
    return str(format_decimal(whole, locale=current_locale()))


def _share(amount: float) -> str:
    pattern = "#,##0%" if round(float(amount) * 100, 6).is_integer() else "#,##0.0%"
    return str(format_percent(amount, pattern, locale=current_locale()))


def duration(seconds: float) -> str:
    """Two parts at most: nobody reads seconds behind hours."""
    total = round(seconds)
    if total < MINUTE:
        return gettext("{count} s", count=total)
    if total < HOUR:
        return gettext(
            "{count} min", count=_count(round(total / MINUTE, 1) if total < 10 * MINUTE else total // MINUTE)
        )
    if total < LONG:
        hours, minutes = divmod(total // MINUTE, 60)
        whole = gettext("{count} h", count=hours)
        return gettext("{hours} h {minutes} min", hours=hours, minutes=minutes) if minutes else whole
    return gettext("{count} d", count=_count(round(total / DAY, 1)))


WRITERS: dict[Unit, Callable[[Any], str]] = {
    Unit.NONE: _count,
    Unit.TICKETS: _count,
    Unit.MESSAGES: _count,
    Unit.SECONDS: duration,
    Unit.SHARE: _share,
}


def day_words(day: date, *, short: bool = False) -> str:
    patterns = SHORT_DAY if short else WHOLE_DAY
    return str(format_date(day, patterns[current_locale()], locale=current_locale()))


def period_words(period: Period) -> str:
    if period.first == period.last:
        return day_words(period.first)
    return gettext(
        "{first} to {last}", first=day_words(period.first, short=True), last=day_words(period.last, short=True)
    )


def slot_of(key: date | datetime, interval: Interval, zone: ZoneInfo) -> Slot:
    """A place of time on an axis. `key` is the beginning: an instant for hours, a day for the others."""
    return Slot(*WORDS_OF[interval](key.astimezone(zone) if isinstance(key, datetime) else key))


def _hour(key: Any) -> tuple[str, str]:
    label = f"{key.hour}:{key.minute:02}"
    return label, f"{day_words(key.date(), short=True)} {label}"


def _day(key: Any) -> tuple[str, str]:
    return str(format_date(key, DAY_PATTERNS[current_locale()], locale=current_locale())), day_words(key, short=True)


def _week(key: Any) -> tuple[str, str]:
    label = str(format_date(key, DAY_PATTERNS[current_locale()], locale=current_locale()))
    return label, gettext("Week from {day}", day=day_words(key, short=True))


def _month(key: Any) -> tuple[str, str]:
    locale = current_locale()
    return str(format_date(key, MONTHS[locale], locale=locale)), str(
        format_date(key, WHOLE_MONTH[locale], locale=locale)
    )


WORDS_OF: dict[Interval, Callable[[Any], tuple[str, str]]] = {
    Interval.HOUR: _hour,
    Interval.DAY: _day,
    Interval.WEEK: _week,
    Interval.MONTH: _month,
}


def weekday_name(number: int) -> str:
    """1 is Monday."""
    monday = date(2026, 1, 5)
    return str(format_date(monday + timedelta(days=number - 1), "EEE", locale=current_locale()))
