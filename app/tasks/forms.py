"""What tasks may be asked."""

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, field_validator

from app.core.clock import FIRST_DAY, LAST_DAY
from app.core.i18n import mark

MAX_TEXT = 2000
MAX_TEL = 100
Id = Annotated[int, Field(gt=0, lt=2**63)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_TEXT)]
Tel = Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_TEL)]


def _nameable(instant: datetime) -> datetime:
    if not FIRST_DAY <= instant.date() < LAST_DAY:
        raise ValueError(mark("Choose a day and a time."))
    return instant


class CallbackForm(BaseModel):
    """Without an assignee it is for whoever comes first."""

    model_config = ConfigDict(extra="forbid")

    due_at: AwareDatetime
    assignee_id: Id | None = None
    text: Words = ""
    tel: Tel = ""

    _is_nameable = field_validator("due_at")(_nameable)


class TaskPatch(BaseModel):
    """What is named is changed; `null` as assignee gives it to whoever comes first."""

    model_config = ConfigDict(extra="forbid")

    due_at: AwareDatetime | None = None
    assignee_id: Id | None = None
    text: Words = ""
    is_done: bool = False

    @field_validator("due_at")
    @classmethod
    def _is_nameable(cls, instant: datetime | None) -> datetime:
        if instant is None:
            raise ValueError(mark("Choose a day and a time."))
        return _nameable(instant)
