"""Opening hours as an admin writes them: a line for each weekday, and days on which it is closed besides."""

import re
import unicodedata
from datetime import date, timedelta
from itertools import pairwise
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from app.channels.hours import MINUTES_A_DAY, Stretch, kept_form
from app.core.i18n import mark

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
STRETCH = re.compile(r"(\d{1,2}):(\d{2})\s*[-~〜–—ー−]\s*(\d{1,2}):(\d{2})")
CLOSURE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:\s*[~〜–—ー−]\s*(\d{4}-\d{2}-\d{2}))?")
LIKE_THIS = mark("Write it as 9:00-18:00, or as 9:00-12:00, 13:00-18:00.")
LIKE_THESE = mark("Write one day a line, as 2026-12-29 or as 2026-12-29~2027-01-03.")
LONGEST_CLOSURE = 400
MAX_CLOSURES = 1000


def read_day(value: str) -> list[Stretch]:
    """Empty: closed."""
    found = [_stretch(part) for part in re.split(r"[,、\n]", unicodedata.normalize("NFKC", value)) if part.strip()]
    if any(later[0] < earlier[1] for earlier, later in pairwise(found)):
        raise ValueError(LIKE_THIS)
    return found


def _stretch(text: str) -> Stretch:
    match = STRETCH.fullmatch(text.strip())
    if match is None:
        raise ValueError(LIKE_THIS)
    hours = [int(part) for part in match.groups()]
    begin, end = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
    if not begin < end <= MINUTES_A_DAY or hours[1] > 59 or hours[3] > 59:
        raise ValueError(LIKE_THIS)
    return begin, end


def read_closures(value: str) -> list[date]:
    days = [day for line in unicodedata.normalize("NFKC", value).splitlines() if line.strip() for day in _days(line)]
    if len(days) > MAX_CLOSURES:
        raise ValueError(LIKE_THESE)
    return days


def _days(line: str) -> list[date]:
    match = CLOSURE.fullmatch(line.strip().replace("/", "-"))
    if match is None:
        raise ValueError(LIKE_THESE)
    try:
        first = date.fromisoformat(match[1])
        last = date.fromisoformat(match[2]) if match[2] else first
    except ValueError:
        raise ValueError(LIKE_THESE) from None
    count = (last - first).days + 1
    if not 1 <= count <= LONGEST_CLOSURE:
        raise ValueError(LIKE_THESE)
    return [first + timedelta(days=each) for each in range(count)]


def _is_day(value: str) -> str:
    read_day(value)
    return value


def _are_closures(value: str) -> str:
    read_closures(value)
    return value


Day = Annotated[str, Field(max_length=200), AfterValidator(_is_day)]


class HoursForm(BaseModel):
    """Without any hours it is never closed."""

    model_config = ConfigDict(extra="ignore")

    monday: Day = ""
    tuesday: Day = ""
    wednesday: Day = ""
    thursday: Day = ""
    friday: Day = ""
    saturday: Day = ""
    sunday: Day = ""
    keeps_holidays: bool = False
    closures: Annotated[str, Field(max_length=20_000), AfterValidator(_are_closures)] = ""

    def hours(self) -> dict[str, Any] | None:
        days = [read_day(getattr(self, day)) for day in WEEKDAYS]
        return kept_form(days, keeps_holidays=self.keeps_holidays, closures=read_closures(self.closures))


def as_written(kept: dict[str, Any] | None) -> dict[str, Any]:
    """The fields of the form, as a person would write what is kept. Nobody's: the usual ones, to be changed."""
    if kept is None:
        return {**dict.fromkeys(WEEKDAYS[:5], "9:00-18:00"), "keeps_holidays": True}
    days = {
        name: ", ".join(f"{_clock(begin)}-{_clock(end)}" for begin, end in day)
        for name, day in zip(WEEKDAYS, kept["days"], strict=True)
    }
    return {**days, "keeps_holidays": kept["keeps_holidays"], "closures": "\n".join(_lines(kept["closures"]))}


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"


def _lines(days: list[str]) -> list[str]:
    return [f"{first}" if first == last else f"{first}~{last}" for first, last in closed_stretches(days)]


def closed_stretches(days: list[str]) -> list[tuple[date, date]]:
    """Days that follow each other as one: the first and the last."""
    found: list[tuple[date, date]] = []
    for day in map(date.fromisoformat, days):
        if found and day - found[-1][1] == timedelta(days=1):
            found[-1] = found[-1][0], day
        else:
            found.append((day, day))
    return found
