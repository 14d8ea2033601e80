"""What a page of the reports is asked by its address: a period, how it is split, which tickets count.

Everything that a page shows is in its address, so that it can be kept, sent to a colleague and opened again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from app.core.clock import is_nameable, now
from app.core.errors import Invalid
from app.core.i18n import mark
from app.inbox.filtering import first_invalid
from app.reports.forms import ReportForm
from app.reports.periods import Against, Preset, compared, days_of, interval_for, intervals_for
from app.reports.values import Axis, Interval, Period

OF_PAGE = ("period", "from", "to", "interval", "by", "measure", "clock", "compare")
MAX_YEARS = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """`filters` are conditions of the list, as they stand in the address; `form` holds them when they are checked."""

    preset: Preset
    period: Period
    against: Against
    interval: Interval
    by: Axis | None
    measure: str
    clock: str
    filters: Mapping[str, str]
    form: ReportForm

    @property
    def other(self) -> Period | None:
        return compared(self.period, self.preset, self.against)

    def query(self, **changed: str) -> str:
        """This page's address again, with something changed; what is empty is left out."""
        values = {**self._own(), **self.filters, **changed}
        return urlencode({name: value for name, value in values.items() if value})

    def for_programs(self, *, has_interval: bool = True) -> str:
        """The same question to the API, which knows days and no presets."""
        own = {"from": self.period.first.isoformat(), "to": self.period.last.isoformat()}
        own |= {"interval": self.interval.value} if has_interval else {}
        own |= {"by": self.by.value} if self.by else {}
        return urlencode({**own, **self.filters})

    def _own(self) -> dict[str, str]:
        is_custom = self.preset is Preset.CUSTOM
        is_usual = self.interval is interval_for(self.period)
        return {
            "period": self.preset.value,
            "from": self.period.first.isoformat() if is_custom else "",
            "to": self.period.last.isoformat() if is_custom else "",
            "interval": "" if is_usual else self.interval.value,
            "by": self.by.value if self.by else "",
            "measure": self.measure,
            "clock": self.clock,
            "compare": self.against.value,
        }


def read_asked(
    params: Mapping[str, str], *, zone: ZoneInfo, fiscal_month: int, preset: Preset = Preset.THIS_MONTH
) -> Asked:
    """Raises Invalid at the field whose value means nothing. A field that was left empty asks for nothing."""
    given = {name: value.strip() for name, value in params.items() if value.strip()}
    chosen = _one_of(Preset, "period", given, _implied(given, preset))
    period = _period(chosen, given, zone, fiscal_month)
    filters = {name: value for name, value in given.items() if name not in OF_PAGE}
    return Asked(
        preset=chosen,
        period=period,
        against=_one_of(Against, "compare", given, Against.NOTHING),
        interval=_interval(given, period),
        by=_one_of(Axis, "by", given, None),
        measure=given.get("measure", ""),
        clock=given.get("clock", ""),
        filters=filters,
        form=_form(filters, period),
    )


def _implied(given: Mapping[str, str], otherwise: Preset) -> Preset:
    return Preset.CUSTOM if "from" in given or "to" in given else otherwise


def _one_of(kind: Any, field: str, given: Mapping[str, str], otherwise: Any) -> Any:
    if field not in given:
        return otherwise
    try:
        return kind(given[field])
    except ValueError:
        raise Invalid(field, mark("This is not valid.")) from None


def _period(preset: Preset, given: Mapping[str, str], zone: ZoneInfo, fiscal_month: int) -> Period:
    first, last = days_of(preset, now().astimezone(zone).date(), fiscal_month)
    if preset is Preset.CUSTOM:
        last = _day("to", given, last)
        first = _day("from", given, min(first, last))
        _require_order(first, last)
    return Period(first, last, zone)


def _day(field: str, given: Mapping[str, str], otherwise: date) -> date:
    try:
        day = date.fromisoformat(given[field]) if field in given else otherwise
    except ValueError:
        day = None
    if day is None or not is_nameable(day):
        raise Invalid(field, mark("Choose a day."))
    return day


def _require_order(first: date, last: date) -> None:
    if first > last:
        raise Invalid("to", mark("The last day is before the first."))
    if last.year - first.year > MAX_YEARS:
        raise Invalid("from", mark("Choose at most ten years."))


def _interval(given: Mapping[str, str], period: Period) -> Interval:
    """What would be too many points is not refused: the page says in which interval it is."""
    asked: Interval = _one_of(Interval, "interval", given, interval_for(period))
    return asked if asked in intervals_for(period) else interval_for(period)


def _form(filters: Mapping[str, str], period: Period) -> ReportForm:
    values: dict[str, Any] = {**filters, "from": period.first.isoformat(), "to": period.last.isoformat()}
    if "phase" in values:
        values["phase"] = values["phase"].split(",")
    try:
        return ReportForm.model_validate(values)
    except ValidationError as error:
        raise first_invalid(error) from None
