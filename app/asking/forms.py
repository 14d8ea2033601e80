"""What the pages of questions are sent: as the API, in the words of a form."""

from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.core.errors import Invalid
from app.core.i18n import mark
from app.escalations.forms import MAX_WORDS, EscalationForm, Guest, Words

Whom = Annotated[str, StringConstraints(pattern=r"^(agent|team)-\d{1,18}$|^guest$")]
AT_MOST = 200


class AskForm(BaseModel):
    """`whom` is `agent-7`, `team-3` or `guest`."""

    model_config = ConfigDict(extra="ignore")

    whom: Whom
    guest_name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=AT_MOST)] = ""
    guest_address: Annotated[str, StringConstraints(strip_whitespace=True, max_length=254)] = ""
    guest_locale: str = "ja"
    level: int = 1
    reason: str
    question: Words
    due_on: str = ""
    attachment_ids: list[int] = Field(default_factory=list)
    parent_id: str = ""

    def understood(self, zone: ZoneInfo) -> EscalationForm:
        """Raises Invalid and ValidationError at the field."""
        values: dict[str, Any] = {
            "level": self.level,
            "reason": self.reason,
            "question": self.question,
            "due_at": local_time("due_on", self.due_on, zone),
            "attachment_ids": self.attachment_ids,
            "parent_id": int(self.parent_id) if self.parent_id.isdecimal() else None,
        }
        kind, _, row_id = self.whom.partition("-")
        if kind == "guest":
            if "@" not in self.guest_address:
                raise Invalid("guest_address", mark("Enter the mail address of the guest."))
            guest = {"name": self.guest_name, "address": self.guest_address, "locale": self.guest_locale}
            return EscalationForm.model_validate({**values, "guest": Guest.model_validate(guest)})
        return EscalationForm.model_validate({**values, f"to_{kind}_id": int(row_id)})


class AnsweringForm(BaseModel):
    model_config = ConfigDict(extra="ignore")

    text: Words


class EndingForm(BaseModel):
    model_config = ConfigDict(extra="ignore")

    text: Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_WORDS)] = ""


def local_time(field: str, text: str, zone: ZoneInfo) -> datetime | None:
    """As a browser's field of day and time writes it, by the clock on the desk's wall."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone) if text else None
    except ValueError as error:
        raise Invalid(field, mark("Choose a day and a time.")) from error
