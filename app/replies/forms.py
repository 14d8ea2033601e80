"""What a person writes: a reply, a new mail, a draft of either. Controls that no text needs are taken out."""

import re
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from app.channels.models import MAX_HOLD_SECONDS
from app.core.clock import END_OF_DAYS
from app.tickets.forms import FieldInputs

MAX_TEXT_LENGTH = 1_000_000
MAX_SUBJECT_LENGTH = 900
MAX_ADDRESS_LENGTH = 1000
MAX_RECIPIENTS = 100
MAX_ATTACHMENTS = 100
MAX_REASON_LENGTH = 1000

CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def clean_text(text: str) -> str:
    return CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _clean_text(value: object) -> object:
    return clean_text(value) if isinstance(value, str) else value


def _address(value: object) -> object:
    return {"address": value} if isinstance(value, str) else value


def _nothing_for_empty(value: object) -> object:
    return value if value != "" else None


Text = Annotated[str, BeforeValidator(_clean_text), Field(max_length=MAX_TEXT_LENGTH)]
Id = Annotated[int, Field(gt=0, lt=2**63)]


class RecipientForm(BaseModel):
    name: Annotated[str, Field(max_length=MAX_ADDRESS_LENGTH)] = ""
    address: Annotated[str, Field(max_length=MAX_ADDRESS_LENGTH)]


class RecipientDraft(BaseModel):
    """Half an address may be kept."""

    name: Text = ""
    address: Text = ""


Recipients = Annotated[list[Annotated[RecipientForm, BeforeValidator(_address)]], Field(max_length=MAX_RECIPIENTS)]


RecipientDrafts = list[Annotated[RecipientDraft, BeforeValidator(_address)]]


class LetterForm(BaseModel):
    """What a reply and a new mail share. What is absent is filled in."""

    model_config = ConfigDict(extra="forbid")

    text: Text
    html: Text = ""
    to: Recipients | None = None
    cc: Recipients = []
    bcc: Recipients = []
    subject: Annotated[str, Field(max_length=MAX_SUBJECT_LENGTH)] | None = None
    attachment_ids: Annotated[list[Id], Field(max_length=MAX_ATTACHMENTS)] = []
    next_status: Annotated[str | None, BeforeValidator(_nothing_for_empty)] = None
    hold_reason: Annotated[str, Field(max_length=MAX_REASON_LENGTH)] = ""
    category_id: Id | None = None
    fields_: FieldInputs = Field({}, alias="fields")
    """The category and the fields that closing may need, given with the words that close."""

    send_at: Annotated[AwareDatetime, Field(lt=END_OF_DAYS)] | None = None
    hold_seconds: Annotated[int, Field(ge=0, le=MAX_HOLD_SECONDS)] | Literal["mailbox"] = 0
    """For how long it can be taken back; `mailbox` is what its mailbox says, as the screen sends."""


class ReplyForm(LetterForm):
    lock_token: str
    base_version: Annotated[int, Field(ge=0, lt=2**63)]


class MailForm(LetterForm):
    """A new mail, which opens a ticket."""

    channel_id: Id
    to: Recipients
    customer_id: Id | None = None


class DraftForm(BaseModel):
    """The body of a reply without token and version, as unfinished as it is; what is unknown is dropped."""

    text: Text = ""
    html: Text = ""
    to: RecipientDrafts | None = None
    cc: RecipientDrafts = []
    bcc: RecipientDrafts = []
    subject: Text | None = None
    attachment_ids: list[Id] = []
    next_status: Annotated[str | None, BeforeValidator(_nothing_for_empty)] = None
    send_at: str | None = None
    hold_seconds: int = 0
    has_quote: bool = True
    """Whether the screen adds the quoted mail when it sends; not so when the text holds it already."""
    base_version: Annotated[int, Field(ge=0, lt=2**63)] | None = None

    def body(self) -> dict[str, Any]:
        return self.model_dump(include=self.model_fields_set - {"base_version"})


class LockForm(BaseModel):
    """With a token this lock is renewed, and none is taken in the place of one that is lost."""

    token: str | None = None


class ReasonForm(BaseModel):
    """Why a lead takes a colleague's lock away."""

    reason: Annotated[str, BeforeValidator(_clean_text), Field(max_length=MAX_REASON_LENGTH)]
