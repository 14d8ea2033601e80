"""What an admin says about deadlines."""

import re
import unicodedata
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

from app.core.i18n import mark
from app.sla.models import HOUR, WARN_SHARE
from app.tickets.forms import Chosen
from app.tickets.models import Priority

HOURS = re.compile(r"(\d{1,5})(?:[.](\d{1,2})|:([0-5]\d))?")
LIKE_THIS = mark("Write hours, as 4, 0.5 or 1:30. Empty: none.")
MAX_SECONDS = 9_999 * HOUR


def read_time(text: str) -> int | None:
    """Seconds; None where nothing is written. Raises ValueError."""
    written = unicodedata.normalize("NFKC", text).strip()
    if not written:
        return None
    match = HOURS.fullmatch(written)
    if match is None:
        raise ValueError(LIKE_THIS)
    part = HOUR * int(match[2]) // 10 ** len(match[2]) if match[2] else 60 * int(match[3] or 0)
    seconds = HOUR * int(match[1]) + part
    if not 0 < seconds <= MAX_SECONDS:
        raise ValueError(LIKE_THIS)
    return seconds


def as_written(seconds: int | None) -> str:
    if seconds is None:
        return ""
    hours, rest = divmod(seconds, HOUR)
    return f"{hours}:{rest // 60:02}" if rest else str(hours)


def _is_time(text: str) -> str:
    read_time(text)
    return text


def _none_if_empty(value: object) -> object:
    return None if value == "" else value


Share = Annotated[int, Field(ge=1, le=99)]
Time = Annotated[str, Field(max_length=20), AfterValidator(_is_time)]


class PolicyForm(BaseModel):
    channel_id: Chosen = None
    category_id: Chosen = None
    priority: Annotated[Priority | None, BeforeValidator(_none_if_empty)] = None
    first_reply: Time = ""
    next_reply: Time = ""
    resolution: Time = ""
    is_in_business_time: bool = False
    warn_share: Annotated[Share | None, BeforeValidator(_none_if_empty)] = WARN_SHARE
    warn_before: Time = ""
    raise_after: Time = ""

    def columns(self) -> dict[str, Any]:
        return {
            "channel_id": self.channel_id,
            "category_id": self.category_id,
            "priority": self.priority,
            "first_reply_seconds": read_time(self.first_reply),
            "next_reply_seconds": read_time(self.next_reply),
            "resolution_seconds": read_time(self.resolution),
            "is_in_business_time": self.is_in_business_time,
            "warn_share": self.warn_share,
            "warn_seconds": read_time(self.warn_before),
            "raise_seconds": read_time(self.raise_after),
        }
