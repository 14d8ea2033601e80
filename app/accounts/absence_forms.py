from datetime import date
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field

from app.core.clock import FIRST_DAY, LAST_DAY


def _nothing_for_empty(value: object) -> object:
    return None if value == "" else value


class AbsenceForm(BaseModel):
    """`until` is the last day away; without it somebody is away until they come back."""

    until: Annotated[date | None, Field(ge=FIRST_DAY, le=LAST_DAY), BeforeValidator(_nothing_for_empty)] = None
