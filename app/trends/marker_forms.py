from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from app.core.clock import FIRST_DAY, LAST_DAY
from app.core.i18n import mark
from app.trends.models import MarkerKind

MAX_NAME = 100
Day = Annotated[date, Field(ge=FIRST_DAY, lt=LAST_DAY)]


class MarkerForm(BaseModel):
    """Without a last day it is of one day."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_NAME)]
    kind: MarkerKind = MarkerKind.RELEASE
    first_day: Day
    last_day: Day | None = None

    @model_validator(mode="before")
    @classmethod
    def _without_blanks(cls, values: Any) -> Any:
        """A page sends an empty day where none was chosen."""
        return {name: each for name, each in values.items() if each != ""} if isinstance(values, dict) else values

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> "MarkerForm":
        if self.last_day is not None and self.last_day < self.first_day:
            raise ValueError(mark("The last day is before the first."))
        return self

    @property
    def end(self) -> date:
        return self.last_day or self.first_day
