"""What briefings may be asked, and what their plans are made of."""

import re
from datetime import date, timedelta
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, field_validator

from app.briefings.models import BriefingKind
from app.core.clock import FIRST_DAY, LAST_DAY
from app.core.cursors import UNSTORABLE, Cursor, WrongCursor, open_cursor
from app.core.i18n import mark
from app.outbox.addresses import is_deliverable
from app.web.forms import PageForm

MAX_COMMENT = 20_000
MAX_NAME = 80
MAX_ADDRESSES = 100
TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
SEPARATORS = re.compile(r"[\s,;、，]+")
Id = Annotated[int, Field(gt=0, lt=2**63)]


def _none(value: object) -> object:
    return None if value == "" else value


def _plain(text: str) -> str:
    return UNSTORABLE.sub("", text.replace("\r\n", "\n"))


Day = Annotated[date | None, Field(ge=FIRST_DAY, le=LAST_DAY - timedelta(days=1)), BeforeValidator(_none)]


class BriefingFilter(BaseModel):
    """`q` is looked for in the comments."""

    kind: Annotated[BriefingKind | None, BeforeValidator(_none)] = None
    since: Day = None
    until: Day = None
    q: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    cursor: str = ""


class BriefingPage(PageForm):
    kind: BriefingKind | None = None


def day_cursor(sealed: str | None, conditions: str) -> Cursor | None:
    """For lists that are sorted by a day. Raises WrongCursor."""
    cursor = open_cursor(sealed, conditions)
    if cursor is not None:
        try:
            date.fromisoformat(cursor.value)
        except ValueError as error:
            raise WrongCursor from error
    return cursor


class CommentForm(BaseModel):
    model_config = ConfigDict(extra="ignore")

    comment: Annotated[str, StringConstraints(max_length=MAX_COMMENT), BeforeValidator(_plain)] = ""
    version: Annotated[int, Field(ge=0, lt=2**63)] = 0


class PlanForm(BaseModel):
    """A plan as its page sends it. Without channels it counts all; without commenters every lead may comment."""

    model_config = ConfigDict(extra="forbid")

    kind: BriefingKind
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_NAME)]
    locale: Annotated[str, Field(pattern="^(ja|en)$")] = "ja"
    channel_ids: list[Id] = []
    team_id: Annotated[Id | None, BeforeValidator(_none)] = None
    time: str
    comment_hours: Annotated[int, Field(ge=1, le=24 * 14)] = 4
    freezes_alone: bool = False
    commenter_ids: list[Id] = []
    recipient_ids: list[Id] = []
    addresses: str = ""

    @field_validator("time")
    @classmethod
    def _is_time(cls, value: str) -> str:
        if not TIME.fullmatch(value):
            raise ValueError(mark("Write a time, such as 7:30."))
        return value

    @field_validator("addresses")
    @classmethod
    def _are_deliverable(cls, value: str) -> str:
        named = [each for each in SEPARATORS.split(value) if each]
        if len(named) > MAX_ADDRESSES or not all(map(is_deliverable, named)):
            raise ValueError(mark("Write e-mail addresses, one on each line."))
        return "\n".join(dict.fromkeys(named))

    @property
    def minute_of_day(self) -> int:
        hour, minute = self.time.split(":")
        return int(hour) * 60 + int(minute)

    @property
    def address_list(self) -> list[str]:
        return self.addresses.split("\n") if self.addresses else []
