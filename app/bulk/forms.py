from typing import Annotated

from pydantic import Field, model_validator

from app.core.i18n import mark
from app.tickets.forms import MAX_LABELS, MAX_REASON_LENGTH, Form, Id
from app.tickets.models import Priority

MAX_TICKETS = 1000


class BulkChanges(Form):
    """What is named is done with each ticket, as `PATCH /tickets/{number}` would. `null` clears."""

    status: str = ""
    hold_reason: str = Field("", max_length=MAX_REASON_LENGTH)
    assignee_id: Id | None = None
    team_id: Id | None = None
    category_id: Id | None = None
    priority: Priority = Priority.NORMAL
    is_complaint: bool = False
    add_labels: list[Id] = Field([], max_length=MAX_LABELS)
    remove_labels: list[Id] = Field([], max_length=MAX_LABELS)
    is_spam: bool = False
    is_trashed: bool = False

    @model_validator(mode="after")
    def _names_something(self) -> "BulkChanges":
        if not self.model_fields_set:
            raise ValueError(mark("Say what is to be done."))
        return self


class SeenTicket(Form):
    """A ticket as it was seen; one with a newer message is neither closed nor thrown away."""

    number: Id
    version: Annotated[int, Field(ge=0, lt=2**63)] | None = None


class BulkForm(Form):
    tickets: list[SeenTicket] = Field(min_length=1, max_length=MAX_TICKETS)
    changes: BulkChanges
