"""What a phone note says."""

from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, field_validator

from app.tasks.forms import Tel, Words
from app.tickets.forms import MAX_LINE_LENGTH, MAX_TEXT_LENGTH

Id = Annotated[int, Field(gt=0, lt=2**63)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_LINE_LENGTH)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_TEXT_LENGTH)]
Key = Annotated[str, StringConstraints(max_length=100)]


class Direction(StrEnum):
    IN = "in"
    OUT = "out"
    MISSED = "missed"


class CallerForm(BaseModel):
    """Who called, where they are not known yet."""

    model_config = ConfigDict(extra="forbid")

    name: Line = ""
    reading: Line = ""
    company: Line = ""


class PromiseForm(BaseModel):
    """To call back; by whom the call is seen to, unless somebody else is named."""

    model_config = ConfigDict(extra="forbid")

    due_at: AwareDatetime
    assignee_id: Id | None = None
    text: Words = ""


class CallForm(BaseModel):
    """Without a `status` it follows from the rest: answered is done, with an assignee in progress, else new."""

    model_config = ConfigDict(extra="forbid")

    direction: Direction = Direction.IN
    tel: Tel = ""
    customer_id: Id | None = None
    customer: CallerForm = CallerForm()
    ticket_number: Id | None = None
    channel_id: Id | None = None
    category_id: Id | None = None
    content: Text = ""
    answer: Text = ""
    assignee_id: Id | None = None
    status: Key = ""
    callback: PromiseForm | None = None

    @field_validator("content", "answer")
    @classmethod
    def _unix_lines(cls, text: str) -> str:
        return text.replace("\r\n", "\n")

    @property
    def is_missed(self) -> bool:
        return self.direction is Direction.MISSED

    @property
    def is_ours(self) -> bool:
        return self.direction is Direction.OUT

    @property
    def is_answered(self) -> bool:
        """The customer heard something from us while they were on the phone."""
        return self.is_ours or (bool(self.answer) and not self.is_missed)

    @property
    def is_settled(self) -> bool:
        """With the answer nothing is left to be done."""
        return bool(self.answer) and not self.is_missed and self.callback is None

    @property
    def says_something(self) -> bool:
        return self.is_missed or bool(self.content or self.answer)

    @property
    def names_somebody(self) -> bool:
        return bool(self.tel or self.customer_id or self.customer.name or self.ticket_number)
