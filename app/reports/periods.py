"""Which days are meant: presets, the period before, the year before. Pure; weeks begin on Monday."""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from enum import StrEnum

from app.core.i18n import mark
from app.reports.values import Interval, Period

WEEK = 7
MONTHS = 12
QUARTER = 3
SAME_WEEKDAY_LAST_YEAR = timedelta(weeks=52)
MAX_POINTS = 400
"""More of them than this in a chart are a smear, and in a table a book."""

POINTS_A_DAY = {Interval.HOUR: 24.0, Interval.DAY: 1.0, Interval.WEEK: 1 / 7, Interval.MONTH: 1 / 28}


class Preset(StrEnum):
    TODAY = "today"
    YESTERDAY = "yesterday"
    THIS_WEEK = "this_week"
    LAST_WEEK = "last_week"
    THIS_MONTH = "this_month"
    LAST_MONTH = "last_month"
    THIS_QUARTER = "this_quarter"
    THIS_FISCAL_YEAR = "this_fiscal_year"
    LAST_FISCAL_YEAR = "last_fiscal_year"
    CUSTOM = "custom"


PRESET_NAMES = {
    Preset.TODAY: mark("Today"),
    Preset.YESTERDAY: mark("Yesterday"),
    Preset.THIS_WEEK: mark("This week"),
    Preset.LAST_WEEK: mark("Last week"),
    Preset.THIS_MONTH: mark("This month"),
    Preset.LAST_MONTH: mark("Last month"),
    Preset.THIS_QUARTER: mark("This quarter"),
    Preset.THIS_FISCAL_YEAR: mark("This fiscal year"),
    Preset.LAST_FISCAL_YEAR: mark("Last fiscal year"),
    Preset.CUSTOM: mark("Days of your own"),
}


class Against(StrEnum):
    """What a period is compared with."""

    NOTHING = ""
    BEFORE = "before"
    YEAR = "year"


AGAINST_NAMES = {
    Against.NOTHING: mark("Nothing"),
    Against.BEFORE: mark("The period before"),
    Against.YEAR: mark("The year before"),
}

Days = tuple[date, date]


def days_of(preset: Preset, today: date, fiscal_month: int = 4) -> Days:
    """First and last day. What still runs ends today, since nothing can be counted after it."""
    return DAYS[preset](today, fiscal_month)


def _week(today: date) -> date:
    return today - timedelta(days=today.weekday())


def _last_month(today: date, _: int) -> Days:
    last = today.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


def _last_week(today: date, _: int) -> Days:
    first = _week(today) - timedelta(days=WEEK)
    return first, first + timedelta(days=WEEK - 1)


def _fiscal_year(today: date, month: int) -> date:
    year = today.year if today.month >= month else today.year - 1
    return date(year, month, 1)


def _quarter(today: date, fiscal_month: int) -> date:
    """Quarters are those of the fiscal year."""
    into = (today.month - fiscal_month) % MONTHS % QUARTER
    return add_months(today.replace(day=1), -into)


def _last_fiscal_year(today: date, fiscal_month: int) -> Days:
    first = _fiscal_year(today, fiscal_month)
    return add_months(first, -MONTHS), first - timedelta(days=1)


DAYS: dict[Preset, Callable[[date, int], Days]] = {
    Preset.TODAY: lambda today, _: (today, today),
    Preset.YESTERDAY: lambda today, _: (today - timedelta(days=1), today - timedelta(days=1)),
    Preset.THIS_WEEK: lambda today, _: (_week(today), today),
    Preset.LAST_WEEK: _last_week,
    Preset.THIS_MONTH: lambda today, _: (today.replace(day=1), today),
    Preset.LAST_MONTH: _last_month,
    Preset.THIS_QUARTER: lambda today, month: (_quarter(today, month), today),
    Preset.THIS_FISCAL_YEAR: lambda today, month: (_fiscal_year(today, month), today),
    Preset.LAST_FISCAL_YEAR: _last_fiscal_year,
    Preset.CUSTOM: lambda today, _: (today - timedelta(days=29), today),
}


def add_months(day: date, months: int) -> date:
    """The same day of another month; the last one where that month is shorter."""
    number = day.year * MONTHS + day.month - 1 + months
    year, month = divmod(number, MONTHS)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def compared(period: Period, preset: Preset, against: Against) -> Period | None:
    """The days beside which a period is put; as many of them, or as far into the month, quarter or year."""
    if against is Against.NOTHING:
        return None
    move = _year_before if against is Against.YEAR else _before
    first, last = move(period, preset)
    return replace(period, first=first, last=last)


def _before(period: Period, preset: Preset) -> Days:
    if preset in (Preset.THIS_WEEK, Preset.LAST_WEEK):
        return _moved(period, timedelta(days=WEEK))
    months = MONTHS_BACK.get(preset) or _whole_months(period)
    if months:
        return _by_months(period, months)
    return _moved(period, timedelta(days=period.days))


MONTHS_BACK = {
    Preset.THIS_MONTH: 1,
    Preset.THIS_QUARTER: QUARTER,
    Preset.THIS_FISCAL_YEAR: MONTHS,
}


def _year_before(period: Period, _: Preset) -> Days:
    """Of a week or less the same days of the week, since a Sunday is like no Monday; otherwise the same dates."""
    if period.days <= WEEK:
        return _moved(period, SAME_WEEKDAY_LAST_YEAR)
    return _by_months(period, MONTHS)


def _moved(period: Period, by: timedelta) -> Days:
    return period.first - by, period.last - by


def _by_months(period: Period, months: int) -> Days:
    """What ends with a month ends with one there too."""
    last = add_months(period.last, -months)
    if _ends_month(period.last):
        last = last.replace(day=monthrange(last.year, last.month)[1])
    return add_months(period.first, -months), last


def _whole_months(period: Period) -> int:
    if period.first.day != 1 or not _ends_month(period.last):
        return 0
    return (period.last.year - period.first.year) * MONTHS + period.last.month - period.first.month + 1


def _ends_month(day: date) -> bool:
    return day.day == monthrange(day.year, day.month)[1]


def intervals_for(period: Period) -> tuple[Interval, ...]:
    """Those in which a chart can be read."""
    return tuple(each for each in Interval if each is Interval.MONTH or period.days * POINTS_A_DAY[each] <= MAX_POINTS)


def interval_for(period: Period) -> Interval:
    """What one would choose oneself."""
    limits = ((2, Interval.HOUR), (62, Interval.DAY), (186, Interval.WEEK))
    return next((interval for days, interval in limits if period.days <= days), Interval.MONTH)
