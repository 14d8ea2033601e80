from datetime import date
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from app.channels.forms import Line
from app.core.clock import FIRST_DAY, LAST_DAY


def _none(value: object) -> object:
    return None if value == "" else value


Day = Annotated[date, Field(ge=FIRST_DAY, lt=LAST_DAY)]


class BackfillForm(BaseModel):
    """Which mail of which folder: from the first day to the last, both included; without a last one to today."""

    model_config = ConfigDict(extra="ignore")

    folder: Line = "INBOX"
    since: Day
    until: Annotated[Day | None, BeforeValidator(_none)] = None
