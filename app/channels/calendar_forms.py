"""Hours from a day on, as an admin writes them."""

from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field

from app.channels.hours_forms import HoursForm
from app.core.clock import is_nameable
from app.core.errors import Invalid
from app.core.i18n import mark


def _is_nameable(day: date) -> date:
    if not is_nameable(day):
        raise ValueError(mark("This is not valid."))
    return day


class CalendarForm(HoursForm):
    valid_from: Annotated[date, AfterValidator(_is_nameable)]
    is_own: bool = False
    """Of a channel: whether it has hours of its own."""

    def of_organisation(self) -> dict[str, Any]:
        """Raises Invalid: somebody has to work at some time."""
        hours = self.hours()
        if hours is None:
            raise Invalid("monday", mark("Write hours for at least one day."))
        return hours

    def of_channel(self) -> dict[str, Any] | None:
        """None: those of the organisation."""
        return self.of_organisation() if self.is_own else None


class FiscalForm(BaseModel):
    fiscal_month: Annotated[int, Field(ge=1, le=12)]
