"""What a tab is made of: the conditions of `GET /tickets` that hold for more than one day, and whose it is."""

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    StringConstraints,
    WithJsonSchema,
    field_validator,
)

from app.core.i18n import mark
from app.core.rows import row_id
from app.tickets.models import Phase, Priority

MAX_NAME = 40
Id = Annotated[int, Field(gt=0, lt=2**63)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_NAME)]


def _assignee(value: object) -> int | str | None:
    """`me`, `none`, or an agent's id."""
    text = "" if value is None else str(value)
    if text in ("", "me", "none"):
        return text or None
    agent_id = row_id(text)
    if agent_id is None:
        raise ValueError(mark("This is not valid."))
    return agent_id


Assignee = Annotated[int | str | None, PlainValidator(_assignee), WithJsonSchema({"type": "string"})]


def _id_or_none(value: object) -> int | str | None:
    """`none`, or a row's id."""
    if value == "me":
        raise ValueError(mark("This is not valid."))
    return _assignee(value)


IdOrNone = Annotated[int | str | None, PlainValidator(_id_or_none), WithJsonSchema({"type": "string"})]
"""Of what a ticket may lack."""


Yes = Annotated[Literal[True] | None, BeforeValidator(lambda value: value in (True, "true", "1") or None)]
"""What is only ever asked for."""


class Scope(StrEnum):
    """Who has the tab."""

    MINE = "mine"
    TEAM = "team"
    EVERYONE = "everyone"


class Conditions(BaseModel):
    """As `GET /tickets` names them. `waiting` is of tickets whose next word is the customer's."""

    model_config = ConfigDict(extra="forbid")

    phase: tuple[Phase, ...] = ()
    status: str | None = None
    assignee: Assignee = None
    team: Id | None = None
    channel: Id | None = None
    category: Id | None = None
    label: Id | None = None
    priority: Priority | None = None
    complaint: bool | None = None
    waiting: bool | None = None
    escalated: bool | None = None
    overdue: Yes = None

    @property
    def stored(self) -> dict[str, Any]:
        """Only what is asked for."""
        values = self.model_dump(mode="json", include=set(Conditions.model_fields))
        return {name: value for name, value in values.items() if value is not None and value != []}


class TabForm(Conditions):
    name: Name
    scope: Scope = Scope.MINE
    team_id: Id | None = None
    q: str | None = None

    @field_validator("q")
    @classmethod
    def _no_search(cls, value: str | None) -> None:
        """Words that are searched for are counted by nobody; a search's conditions can be kept, its words cannot."""
        if value:
            raise ValueError(mark("Words that are searched for cannot be kept in a tab. Keep the conditions only."))


class OrderForm(BaseModel):
    """All tabs of one's own, in their new order."""

    model_config = ConfigDict(extra="forbid")

    keys: list[str] = Field(max_length=500)
