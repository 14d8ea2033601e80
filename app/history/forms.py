"""What the 「対応履歴」 may be asked: the conditions of `GET /tickets`."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from app.core.errors import Invalid
from app.core.i18n import mark
from app.core.table_files import FileForm
from app.inbox.forms import TicketFilterForm
from app.web.forms import OTHERWISE

FormType = TypeVar("FormType", bound=BaseModel)
PAGING = {"limit", "cursor"}


class HistoryForm(TicketFilterForm):
    @field_validator("aside")
    @classmethod
    def _is_counted(cls, value: str | None) -> str | None:
        if value:
            raise ValueError(mark("Spam and trash are no part of the history."))
        return value

    @property
    def given(self) -> dict[str, Any]:
        """The conditions that were named, as parameters of an address."""
        return self.model_dump(mode="json", exclude=PAGING, exclude_unset=True)

    @property
    def query(self) -> str:
        return urlencode(self.given, doseq=True)


def named(parameters: Iterable[tuple[str, str]], *, many: Iterable[str] = ("phase",)) -> Mapping[str, Any]:
    """A form sends its empty fields too; those are no conditions."""
    values: dict[str, Any] = {}
    for name, value in parameters:
        if name in many and value:
            values.setdefault(name, []).append(value)
        elif value:
            values[name] = value
    return values


class ExportForm(BaseModel):
    model_config = ConfigDict(extra="forbid")

    format: FileForm = FileForm.CSV


def understood(form: type[FormType], values: Mapping[str, Any]) -> FormType:
    """Raises Invalid at the first field that makes no sense."""
    try:
        return form.model_validate(values)
    except ValidationError as error:
        place = error.errors()[0]["loc"]
        raise Invalid(str(place[0]) if place else "form", OTHERWISE) from error
