"""What `GET /reports/…` may be asked; everything else is refused."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from app.core.i18n import mark
from app.core.table_files import FileForm
from app.inbox.forms import TicketFilterForm
from app.reports.values import Axis, Interval

NOT_OF_REPORTS = frozenset({"limit", "cursor", "sort", "q", "aside"})
FORMATS = Literal["json", "csv", "xlsx"]


def _split(value: Any) -> Any:
    """`by=channel,category` and `by=channel&by=category` are the same."""
    values = [value] if isinstance(value, str) else value
    return [part for each in values or () for part in str(each).split(",") if part]


class ReportForm(TicketFilterForm):
    from_: str | None = Field(None, alias="from")
    to: str | None = None
    interval: Interval | None = None
    by: Annotated[tuple[Axis, ...], BeforeValidator(_split)] = ()
    format: FORMATS = "json"
    encoding: Literal["utf-8", "cp932"] = "utf-8"
    lang: Literal["ja", "en"] | None = None

    @model_validator(mode="after")
    def _is_of_reports(self) -> "ReportForm":
        if self.model_fields_set & NOT_OF_REPORTS:
            raise ValueError(
                mark("A report has no pages, no order of tickets, and counts nothing that is searched for.")
            )
        if len(set(self.by)) != len(self.by):
            raise ValueError(mark("Each axis is named once."))
        if Axis.WEEKDAY_HOUR in self.by and self.interval is not None:
            raise ValueError(mark("Weekdays and hours are over the whole period: choose no interval beside them."))
        return self

    @property
    def file_form(self) -> FileForm | None:
        """None for JSON."""
        if self.format == "csv" and self.encoding == "cp932":
            return FileForm.CP932
        return None if self.format == "json" else FileForm(self.format)

    @property
    def filters(self) -> dict[str, Any]:
        """The conditions of the list alone, as an address has them."""
        names = set(TicketFilterForm.model_fields) - NOT_OF_REPORTS
        values = self.model_dump(mode="json", include=names, exclude_unset=True)
        return {name: value for name, value in values.items() if value not in (None, [], "")}
