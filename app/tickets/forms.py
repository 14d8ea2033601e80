"""What the verbs of tickets may be asked."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from app.core.i18n import mark
from app.tickets.models import Priority

MAX_TEXT_LENGTH = 200_000
MAX_LINE_LENGTH = 300
MAX_REASON_LENGTH = 1000
MAX_LABELS = 50
MAX_FIELDS = 100
Id = Annotated[int, Field(gt=0, lt=2**63)]
Chosen = Annotated[Id | None, BeforeValidator(lambda value: None if value == "" else value)]
"""An option of a menu; the empty one is nobody or nothing."""

FieldKey = Annotated[str, Field(max_length=100)]
FieldInputs = Annotated[dict[FieldKey, Any], Field(max_length=MAX_FIELDS)]
"""What was said about fields, by key; each is read by its kind."""

Line = Annotated[str, Field(max_length=MAX_LINE_LENGTH)]


def _words(text: str) -> str:
    if not text.strip():
        raise ValueError(mark("Write something first."))
    return text


class Form(BaseModel):
    model_config = ConfigDict(extra="forbid")


class TicketPatch(Form):
    """What is named is changed. `null` clears an assignee, team or category; `labels` are all that it then has.

    So does `null` a field of the organisation's own; those that are not named stay.
    """

    status: str = ""
    hold_reason: str = Field("", max_length=MAX_REASON_LENGTH)
    assignee_id: Id | None = None
    team_id: Id | None = None
    category_id: Id | None = None
    labels: list[Id] = Field([], max_length=MAX_LABELS)
    fields_: FieldInputs = Field({}, alias="fields")
    priority: Priority = Priority.NORMAL
    is_complaint: bool = False


class ImagesForm(Form):
    """`of_sender`: in every mail of the same sender, from now on."""

    of_sender: bool = False


class HandoverForm(Form):
    """To a colleague, with what they should know."""

    assignee_id: Id
    note: str = Field("", max_length=MAX_TEXT_LENGTH)


class NoteForm(Form):
    text: str = Field(max_length=MAX_TEXT_LENGTH)

    _has_words = field_validator("text")(_words)


class Person(Form):
    name: Line = ""
    address: Line = ""

    @model_validator(mode="after")
    def _is_somebody(self) -> "Person":
        self.name, self.address = self.name.strip(), self.address.strip()
        if not self.name and not self.address:
            raise ValueError(mark("A name or an address is needed."))
        return self


class TicketForm(Form):
    """A phone note, or what a program hands in."""

    channel_id: Id
    customer: Person
    subject: Line = ""
    text: str = Field(max_length=MAX_TEXT_LENGTH)
    category_id: Id | None = None

    _has_words = field_validator("text")(_words)


class MenuForm(BaseModel):
    """A form of a page; it brings the page's token as well."""

    csrf_token: str = ""


class AssignmentForm(MenuForm):
    assignee_id: Chosen = None


class TeamForm(MenuForm):
    team_id: Chosen = None


class CategoryForm(MenuForm):
    category_id: Chosen = None


class StatusForm(MenuForm):
    status: str


class NotePageForm(MenuForm):
    text: str = Field(max_length=MAX_TEXT_LENGTH)

    _has_words = field_validator("text")(_words)
