"""Templates and frames as people write them."""

import unicodedata
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from app.core.i18n import mark

MAX_NAME_LENGTH = 100
MAX_SUBJECT_LENGTH = 300
MAX_TEXT_LENGTH = 20_000
MAX_QUERY_LENGTH = 200
MAX_HONORIFIC_LENGTH = 10
Id = Annotated[int, Field(gt=0, lt=2**63)]


def _trimmed(value: object) -> object:
    return value.strip() if isinstance(value, str) else value


def _unix_lines(value: object) -> object:
    """A browser sends CR LF."""
    return value.replace("\r\n", "\n").replace("\r", "\n").strip("\n") if isinstance(value, str) else value


def _printable(value: str) -> str:
    if any(unicodedata.category(character) == "Cc" and character not in "\n\t" for character in value):
        raise ValueError(mark("Control characters are not allowed here."))
    return value


def _one_line(value: str) -> str:
    if "\n" in value:
        raise ValueError(mark("Control characters are not allowed here."))
    return _printable(value)


def _nothing_for_empty(value: object) -> object:
    return None if value == "" else value


Line = Annotated[str, AfterValidator(_one_line), BeforeValidator(_trimmed)]
Lines = Annotated[str, Field(max_length=MAX_TEXT_LENGTH), AfterValidator(_printable), BeforeValidator(_unix_lines)]
Chosen = Annotated[Id | None, BeforeValidator(_nothing_for_empty)]


class TemplateForm(BaseModel):
    """`audience` says whose it is: one's own, a team's by its id, or everyone's."""

    name: Annotated[Line, Field(min_length=1, max_length=MAX_NAME_LENGTH)]
    reading: Annotated[Line, Field(max_length=MAX_NAME_LENGTH)] = ""
    audience: Literal["own", "everyone"] | Id = "own"
    category_id: Chosen = None
    subject: Annotated[Line, Field(max_length=MAX_SUBJECT_LENGTH)] = ""
    text: Annotated[Lines, Field(min_length=1)]


class FrameForm(BaseModel):
    channel_id: Chosen = None
    team_id: Chosen = None
    greeting: Lines = ""
    signature: Lines = ""


class TemplateQuery(BaseModel):
    """What the API's list may be asked. With a `ticket` those of its category come first, and fields are filled."""

    model_config = ConfigDict(extra="forbid")

    q: Annotated[str, Field(max_length=MAX_QUERY_LENGTH)] = ""
    ticket: Id | None = None
    limit: int = Field(50, ge=1, le=200)
    cursor: str | None = None


class CustomerPatch(BaseModel):
    """How somebody is addressed: what is named is changed."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[Line, Field(min_length=1, max_length=MAX_NAME_LENGTH)] = ""
    reading: Annotated[Line, Field(max_length=MAX_NAME_LENGTH)] = ""
    honorific: Annotated[Line, Field(max_length=MAX_HONORIFIC_LENGTH)] = ""
    company: Annotated[Line, Field(max_length=MAX_NAME_LENGTH)] = ""
    department: Annotated[Line, Field(max_length=MAX_NAME_LENGTH)] = ""


class CustomerForm(CustomerPatch):
    """The same of a page, which brings its token as well."""

    csrf_token: str = ""
    name: Annotated[Line, Field(min_length=1, max_length=MAX_NAME_LENGTH)]

    @property
    def patch(self) -> CustomerPatch:
        return CustomerPatch.model_validate(self.model_dump(exclude={"csrf_token"}))
