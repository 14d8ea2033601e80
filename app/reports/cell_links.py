"""Where each number of a page leads: the list of the tickets that it counts, with a way back."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import quote

from app.inbox.choices import Choices
from app.reports import escalating
from app.reports.intervals import Slot, slots_of
from app.reports.links import FIRST_MEASURE, address
from app.reports.tables import NAMES, Line
from app.reports.values import Axis, Question, ReportName

BACK = "back"
"""The list's parameter that names the page which it was opened from."""


@dataclass(frozen=True)
class CellLinks:
    """Of one table's question. `page` is the address of the page that shows it."""

    question: Question
    choices: Choices
    page: str

    def of(self, values: Mapping[str, Any], column: str, row_link: str = "") -> str:
        """Of a number in a row; the row's own link where its report knows no other."""
        if self.question.report is ReportName.ESCALATIONS:
            return self.back(escalating.of_column(row_link, column))
        if self.question.report not in FIRST_MEASURE:
            return self.back(row_link)
        return self.back(address(self.question, Line(self._slot(values), self._keys(values), {}), column, self.choices))

    def of_total(self, column: str) -> str:
        if self.question.report is ReportName.ESCALATIONS:
            return self.back(escalating.of_column(escalating.total_address(self.question), column))
        if self.question.report not in FIRST_MEASURE:
            return ""
        return self.back(address(self.question, Line(None, {}, {}), column, self.choices))

    def back(self, link: str) -> str:
        return f"{link}&{BACK}={quote(self.page, safe='')}" if link else ""

    def _slot(self, values: Mapping[str, Any]) -> Slot | None:
        interval = self.question.interval
        return self._slots.get(values.get(interval.value)) if interval else None

    @cached_property
    def _slots(self) -> Mapping[Any, Slot]:
        assert self.question.interval is not None
        return {each.label: each for each in slots_of(self.question.period, self.question.interval).slots}

    def _keys(self, values: Mapping[str, Any]) -> dict[Axis, Any]:
        return {axis: _key(axis, values) for axis in self.question.by}


def _key(axis: Axis, values: Mapping[str, Any]) -> Any:
    if axis is Axis.WEEKDAY_HOUR:
        return values["weekday"], values["hour"]
    return values.get(f"{axis.value}_id" if axis in NAMES else axis.value)
