"""What the widget says by itself, as an admin writes it."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from app.channels.chats import LANGUAGES
from app.channels.forms import Line
from app.chat.models import PromptKind
from app.core.i18n import mark

TEXTS = ("title", "text", "button")
MAX_TITLE, MAX_TEXT, MAX_BUTTON = 60, 300, 40
MAX_PATTERN, MAX_SECONDS = 500, 3600
MAX_ATTRIBUTES = 10
SAY_IT = mark("Write what it says, in one language at least.")
PAIRS = mark("Write each as name = value, one a line.")
HTTPS = mark("Write a full address that begins with https://.")


def _unix_lines(value: Any) -> Any:
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


def _visited(value: Any) -> Any:
    return {"": None, "yes": True, "no": False}.get(value, value)


def _pairs(value: Any) -> Any:
    """As a page sends them: `name = value`, one a line."""
    if not isinstance(value, str):
        return value
    pairs = [[part.strip() for part in line.partition("=")[::2]] for line in value.splitlines() if line.strip()]
    if any(not name or not wanted for name, wanted in pairs):
        raise ValueError(PAIRS)
    return dict(pairs)


def _link(value: str) -> str:
    if value and not value.startswith("https://"):
        raise ValueError(HTTPS)
    return value


Title = Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_TITLE, pattern=r"^[^\x00-\x1f\x7f]*$")]
Button = Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_BUTTON, pattern=r"^[^\x00-\x1f\x7f]*$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_TEXT), BeforeValidator(_unix_lines)]


class PromptForm(BaseModel):
    model_config = ConfigDict(extra="ignore")

    kind: PromptKind = PromptKind.MESSAGE
    name: Line
    title_ja: Title = ""
    title_en: Title = ""
    text_ja: Text = ""
    text_en: Text = ""
    button_ja: Button = ""
    button_en: Button = ""
    url: Annotated[
        str,
        StringConstraints(strip_whitespace=True, max_length=MAX_PATTERN, pattern=r"^(https://[^\s/]\S*)?$"),
        BeforeValidator(lambda value: _link(value.strip()) if isinstance(value, str) else value),
    ] = ""
    page: Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_PATTERN, pattern=r"^\S*$")] = ""
    seconds: Annotated[int, Field(ge=0, le=MAX_SECONDS)] = 0
    visited_before: Annotated[bool | None, BeforeValidator(_visited)] = None
    attributes: Annotated[dict[str, str], BeforeValidator(_pairs), Field(max_length=MAX_ATTRIBUTES)] = {}

    @model_validator(mode="after")
    def _says_something(self) -> "PromptForm":
        if not any(self.texts()[language]["text"] for language in LANGUAGES):
            raise ValueError(SAY_IT)
        return self

    def texts(self) -> dict[str, dict[str, str]]:
        return {each: {text: getattr(self, f"{text}_{each}") for text in TEXTS} for each in LANGUAGES}
