from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from app.core.clock import FIRST_DAY, LAST_DAY

MAX_NOTE = 2000
MAX_TITLE = 80
MAX_TEXT = 10_000
Id = Annotated[int, Field(gt=0, lt=2**63)]
Day = Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY)]


def _nothing_if_empty(value: Any) -> Any:
    """As a page sends a field that was left open."""
    return None if value == "" else value


def _text(limit: int) -> Any:
    return StringConstraints(strip_whitespace=True, min_length=1, max_length=limit)


Optional = BeforeValidator(_nothing_if_empty)


class HandoverForm(BaseModel):
    """For a team, or for everybody; about a ticket, or about none."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, _text(MAX_NOTE)]
    team_id: Annotated[Id | None, Optional] = None
    ticket_number: Annotated[Id | None, Optional] = None


class AnnouncementForm(BaseModel):
    """Days are the organisation's, both inclusive; without the last one it is shown until it is removed."""

    title: Annotated[str, _text(MAX_TITLE)]
    text: Annotated[str, _text(MAX_TEXT)]
    is_important: bool = False
    shown_from: Day
    shown_until: Annotated[Day | None, Optional] = None
