"""A LINE official account as an admin sets it up."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from app.channels.forms import Line
from app.channels.models import HOLD_SECONDS, MAX_HOLD_SECONDS
from app.core.i18n import mark

MAX_REOPEN_HOURS = 24 * 365
NO_TOKEN = mark("This has a character in it that it cannot have. Copy it once more.")


def _is_writable(token: SecretStr) -> SecretStr:
    """What no header can carry would be told by the client in its own words, token and all."""
    value = token.get_secret_value().strip()
    if not (value.isascii() and value.isprintable()):
        raise ValueError(NO_TOKEN)
    return token


Token = Annotated[SecretStr, AfterValidator(_is_writable)]


class LineForm(BaseModel):
    """What is empty of the two secrets stays as it is."""

    model_config = ConfigDict(extra="ignore")

    name: Line
    channel_secret: SecretStr = SecretStr("")
    channel_access_token: Token = SecretStr("")
    hold_seconds: Annotated[int, Field(ge=0, le=MAX_HOLD_SECONDS)] = HOLD_SECONDS
    reopen_hours: Annotated[int, Field(ge=0, le=MAX_REOPEN_HOURS)] = 24
    """For how long after done a new message comes to the same ticket; later it opens another, linked to it."""
    marks_read: Literal["open", "answer", "never"] = "answer"
    """When the customer sees that we have read: when an agent opens the ticket, with the answer, or never."""
    shows_agent_name: bool = False
    """Whether answers bear their writer's name."""
    basic_id: Annotated[str, StringConstraints(strip_whitespace=True, max_length=50, pattern=r"^(@[\w.-]+)?$")] = ""
    """`@…`, as customers find the account; learned from LINE when it is tried."""

    def settings(self) -> dict[str, object]:
        return self.model_dump(include={"reopen_hours", "marks_read", "shows_agent_name"})

    def secrets(self) -> dict[str, str]:
        return {
            "channel_secret": self.channel_secret.get_secret_value().strip(),
            "channel_access_token": self.channel_access_token.get_secret_value().strip(),
        }
