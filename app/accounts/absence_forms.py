from datetime import date
from typing import Annotated

from pydantic import BaseModel, BeforeValidator


def _nothing_for_empty(value: object) -> object:
    return None if value == "" else value


class AbsenceForm(BaseModel):
    """`until` is the last day away; without it somebody is away until they come back."""

    until: Annotated[date | None, BeforeValidator(_nothing_for_empty)] = None
