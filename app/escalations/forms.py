"""What escalations may be asked."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

from app.core.clock import is_nameable
from app.core.i18n import mark
from app.escalations.models import EscalationState, Outcome
from app.tabs.forms import Yes
from app.web.forms import PageForm

MAX_WORDS = 20_000
MAX_FILES = 20
Id = Annotated[int, Field(gt=0, lt=2**63)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_WORDS)]
Files = Annotated[list[Id], Field(max_length=MAX_FILES)]
Key = Annotated[str, StringConstraints(strip_whitespace=True, pattern="^[a-z0-9_]{1,40}$")]
MAIL_ADDRESS = r"^[^@\s<>,;:\"()\[\]\\]{1,64}@[^@\s<>,;:\"()\[\]\\]+\.[^@\s<>,;:\"()\[\]\\.]+$"


def _with_plus(text: object) -> object:
    """In a query string an unescaped + arrives as a space."""
    return text.replace(" ", "+") if isinstance(text, str) else text


def _in_reach(moment: datetime | date) -> datetime | date:
    day = moment.date() if isinstance(moment, datetime) else moment
    if not is_nameable(day):
        raise ValueError(mark("This is neither a date nor an instant with its zone."))
    return moment


Moment = Annotated[
    AwareDatetime | date, Field(union_mode="left_to_right"), BeforeValidator(_with_plus), AfterValidator(_in_reach)
]


class Guest(BaseModel):
    """Somebody without an account: the question goes to them by mail, with a link to it alone."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    address: Annotated[str, StringConstraints(strip_whitespace=True, max_length=254, pattern=MAIL_ADDRESS)]
    locale: Literal["ja", "en"] = "ja"


class EscalationForm(BaseModel):
    """To exactly one: an agent, a team or a guest. `parent_id` is the question because of which one asks on."""

    model_config = ConfigDict(extra="forbid")

    to_agent_id: Id | None = None
    to_team_id: Id | None = None
    guest: Guest | None = None
    level: Annotated[int, Field(ge=1, le=3)] = 1
    reason: Key
    question: Words
    due_at: AwareDatetime | None = None
    attachment_ids: Files = []
    parent_id: Id | None = None

    @field_validator("due_at")
    @classmethod
    def _is_nameable(cls, instant: datetime | None) -> datetime | None:
        return _nameable(instant)

    @model_validator(mode="after")
    def _is_to_one(self) -> "EscalationForm":
        if sum(each is not None for each in (self.to_agent_id, self.to_team_id, self.guest)) != 1:
            raise ValueError(mark("Choose one whom you ask: a person, a team or a guest."))
        return self


class AnswerForm(BaseModel):
    model_config = ConfigDict(extra="forbid")

    answer: Words
    attachment_ids: Files = []


class CommentForm(BaseModel):
    """What is missing, where it is given back."""

    model_config = ConfigDict(extra="forbid")

    comment: Words


class AskAgainForm(CommentForm):
    """What was missing, and perhaps another time."""

    due_at: AwareDatetime | None = None

    @field_validator("due_at")
    @classmethod
    def _is_nameable(cls, instant: datetime | None) -> datetime | None:
        return _nameable(instant)


class EndForm(BaseModel):
    """Words are welcome and not needed."""

    model_config = ConfigDict(extra="forbid")

    comment: Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_WORDS)] = ""


class LedgerForm(PageForm):
    """What `GET /escalations` may be asked; everything else is refused. Days are inclusive, in the desk's zone."""

    state: EscalationState | Literal["overdue", "unfinished", "late"] | None = None
    outcome: Outcome | None = None
    level: Annotated[int, Field(ge=1, le=3)] | None = None
    reason: Key | None = None
    customer: Id | None = None
    category: Id | None = None
    ticket: Id | None = None
    asked_by: Id | None = Field(None, alias="from_agent")
    to_agent: Id | None = None
    to_team: Id | None = None
    guests: bool | None = None
    asked_from: Moment | None = Field(None, alias="from")
    asked_to: Moment | None = Field(None, alias="to")
    mine: Literal["to_me", "from_me"] | None = None
    counted: Yes = None
    """Only what reports count: on tickets within one's sight, without spam, the trash and what was merged."""

    @property
    def conditions(self) -> str:
        """What a cursor is bound to."""
        return self.model_dump_json(exclude={"limit", "cursor"})


class ReasonForm(BaseModel):
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]


class NewReasonForm(ReasonForm):
    key: Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)] = ""

    @field_validator("key")
    @classmethod
    def _is_plain(cls, key: str) -> str:
        if key and not all(each.isascii() and (each.islower() or each.isdigit() or each == "_") for each in key):
            raise ValueError(mark("Small letters, digits and _ only."))
        return key


def _nameable(instant: datetime | None) -> datetime | None:
    if instant is not None and not is_nameable(instant.date()):
        raise ValueError(mark("Choose a day and a time."))
    return instant
