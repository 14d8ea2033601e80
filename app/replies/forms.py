"""What a person writes: a reply, a new mail, a draft of either. Controls that no text needs are taken out."""

import re
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from app.channels.models import MAX_HOLD_SECONDS
from app.core.clock import END_OF_DAYS
from app.tickets.forms import FieldInputs

MAX_TEXT_LENGTH = 1_000_000
MAX_SUBJECT_LENGTH = 900
MAX_ADDRESS_LENGTH = 1000
MAX_RECIPIENTS = 100
MAX_ATTACHMENTS = 100
MAX_REASON_LENGTH = 1000
MAX_QUICK_REPLIES, MAX_QUICK_REPLY = 13, 20
NUMBER = r"^[0-9]{1,20}$"

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


class StickerForm(BaseModel):
    package_id: Annotated[str, Field(pattern=NUMBER)]
    sticker_id: Annotated[str, Field(pattern=NUMBER)]


QuickReply = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_QUICK_REPLY)]
QuickReplies = Annotated[list[QuickReply], Field(max_length=MAX_QUICK_REPLIES)]


class LetterForm(BaseModel):
    """What a reply and a new mail share. What is absent is filled in."""

    model_config = ConfigDict(extra="forbid")

    text: Text = ""
    """On a channel of talks it may be empty beside a sticker or files."""
    html: Text = ""
    from_: Annotated[RecipientForm | None, BeforeValidator(_address)] = Field(None, alias="from")
    """The mailbox's own address or one of its aliases; without it the one that the customer wrote to."""
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

    charset: Literal["mailbox", "utf-8"] = "mailbox"
    """`utf-8` where the mailbox's own charset would lose characters."""

    sticker: StickerForm | None = None
    quick_replies: QuickReplies = []
    quote_of: Id | None = None
    """These three on a channel of talks alone: a sticker, answers to choose from, the message that is quoted."""


class ReplyForm(LetterForm):
    lock_token: str
    forward_of: Id | None = None
    """The mail of this ticket that is passed on; `attachment_ids` may name its files too."""
    base_version: Annotated[int, Field(ge=0, lt=2**63)]


class MailForm(LetterForm):
    """A new mail, which opens a ticket."""

    channel_id: Id
    customer_id: Id | None = None


class DraftForm(BaseModel):
    """The body of a reply without token and version, as unfinished as it is; what is unknown is dropped."""

    text: Text = ""
    html: Text = ""
    from_: Annotated[RecipientDraft | None, BeforeValidator(_address)] = Field(None, alias="from")
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
    charset: Literal["mailbox", "utf-8"] = "mailbox"
    forward_of: Id | None = None
    sticker: StickerForm | None = None
    quick_replies: list[Text] = []
    quote_of: Id | None = None
    base_version: Annotated[int, Field(ge=0, lt=2**63)] | None = None

    def body(self) -> dict[str, Any]:
        return self.model_dump(include=self.model_fields_set - {"base_version"}, by_alias=True)


class WritingForm(BaseModel):
    """A letter as it stands at the screen, to be looked through for what its mailbox cannot write."""

    model_config = ConfigDict(extra="forbid")

    channel_id: Id
    text: Text = ""
    subject: Text = ""
    from_: Annotated[RecipientDraft | None, BeforeValidator(_address)] = Field(None, alias="from")
    to: RecipientDrafts = []
    cc: RecipientDrafts = []
    file_names: Annotated[list[Text], Field(max_length=MAX_ATTACHMENTS)] = []


class PartsForm(BaseModel):
    """What is written so far, to see how many messages it becomes."""

    model_config = ConfigDict(extra="forbid")

    channel_id: Id
    text: Text = ""
    attachment_ids: Annotated[list[Id], Field(max_length=MAX_ATTACHMENTS)] = []
    has_sticker: bool = False


class LockForm(BaseModel):
    """With a token this lock is renewed, and none is taken in the place of one that is lost."""

    token: str | None = None


class ReasonForm(BaseModel):
    """Why a lead takes a colleague's lock away."""

    reason: Annotated[str, BeforeValidator(_clean_text), Field(max_length=MAX_REASON_LENGTH)]
