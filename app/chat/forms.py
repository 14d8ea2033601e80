"""What a visitor's browser sends."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from app.replies.forms import clean_text

MAX_TEXT = 4_000
MAX_URL, MAX_TITLE, MAX_NAME, MAX_MAIL = 2_000, 300, 200, 320
MAX_ATTRIBUTES, MAX_VALUE = 30, 300
MAX_FILES = 10
MAX_FIELDS = 50


def _clean(value: object) -> object:
    return clean_text(value) if isinstance(value, str) else value


def _cut(length: int) -> BeforeValidator:
    """What only tells where somebody is may lose its end."""
    return BeforeValidator(lambda value: _clean(value[:length]) if isinstance(value, str) else value)


def _plain(value: object) -> object:
    """What a site tells of its visitor, as words."""
    if not isinstance(value, dict):
        return value
    known = [(str(name)[:MAX_VALUE], str(each)[:MAX_VALUE]) for name, each in value.items()]
    return {str(_clean(name)): str(_clean(each)) for name, each in known[:MAX_ATTRIBUTES]}


Name = Annotated[str, BeforeValidator(_clean), Field(max_length=MAX_NAME)]
Mail = Annotated[str, BeforeValidator(_clean), Field(max_length=MAX_MAIL)]


class _Form(BaseModel):
    model_config = ConfigDict(extra="ignore")


class PageForm(_Form):
    url: Annotated[str, _cut(MAX_URL)] = ""
    title: Annotated[str, _cut(MAX_TITLE)] = ""
    referrer: Annotated[str, _cut(MAX_URL)] = ""


class VisitForm(_Form):
    token: Annotated[str, Field(max_length=200)] | None = None
    identity: Annotated[str, Field(max_length=4_000)] | None = None
    language: Annotated[str, _cut(20)] = ""
    page: PageForm = PageForm()
    attributes: Annotated[dict[str, str], BeforeValidator(_plain)] = {}


class SayForm(_Form):
    """`form` has the answers to the fields of the pre-chat form, by name."""

    id: UUID
    text: Annotated[str, BeforeValidator(_clean), Field(max_length=MAX_TEXT)] = ""
    files: Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=MAX_FILES)] = []
    form: Annotated[dict[str, Any], Field(max_length=MAX_FIELDS)] = {}
    prompt_id: Annotated[int, Field(gt=0, lt=2**63)] | None = None
    page: PageForm = PageForm()


class ContactForm(_Form):
    name: Name = ""
    mail: Mail


class VerdictForm(_Form):
    verdict: Literal["helped", "person"]
    message_id: UUID


class MarksForm(_Form):
    heard: Annotated[int, Field(gt=0, lt=2**63)] | None = None
    read: Annotated[int, Field(gt=0, lt=2**63)] | None = None


class EndForm(_Form):
    transcript_to: Literal["mail"] | None = None


class PromptActForm(_Form):
    what: Literal["shown", "clicked"]
