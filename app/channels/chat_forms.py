"""A website's chat as an admin sets it up."""

import re
from secrets import token_hex
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from app.channels.chats import COLOR, FILE_MEGABYTES, LANGUAGES, MAIL_AFTER, PrechatKind
from app.channels.forms import Line
from app.channels.kind_forms import MAX_REOPEN_HOURS, REOPEN_HOURS
from app.channels.models import MAX_HOLD_SECONDS
from app.core.errors import Invalid
from app.core.i18n import mark

MAX_ORIGINS = 100
MAX_WORDS, MAX_TITLE = 1_000, 60
MAX_FIELDS, MAX_OPTIONS = 10, 50
MAX_MAIL_AFTER = 24 * 60
MAX_MEGABYTES = 100
TEXTS = ("title", "greeting", "away", "launcher")
NAME_BYTES = 4
PORTS = {"http": 80, "https": 443}
HOST = re.compile(
    r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*|\[[0-9a-f:.]+\]"
)
NO_ORIGIN = mark("Write each site as https://www.example.jp, one a line.")
NOT_VALID = mark("This is not valid.")
ONCE = mark("Ask for the name and for the mail address once.")


def normal_origin(value: str) -> str:
    """As a browser names it: lower case, the usual port left out, international names in ASCII. Raises ValueError."""
    written = value.strip().rstrip("/")
    if "://" not in written:
        written = f"https://{written}"
    try:
        parts = urlsplit(written)
        port, host = parts.port, _ascii(parts.hostname or "")
    except (ValueError, UnicodeError):
        raise ValueError(NO_ORIGIN) from None
    is_bare = not (parts.path or parts.query or parts.fragment or parts.username or parts.password)
    if parts.scheme not in PORTS or not is_bare or not HOST.fullmatch(host):
        raise ValueError(NO_ORIGIN)
    return f"{parts.scheme}://{host}" + (f":{port}" if port and port != PORTS[parts.scheme] else "")


def _ascii(host: str) -> str:
    if ":" in host:
        return f"[{host.lower()}]"
    return host if host.isascii() else host.encode("idna").decode()


def _origins(value: Any) -> Any:
    """As a page sends them: one field with several lines, or a list; each once."""
    fields = [value] if isinstance(value, str) else value
    if not isinstance(fields, list):
        return value
    lines = [line for each in fields if isinstance(each, str) for line in each.splitlines()]
    return list(dict.fromkeys(normal_origin(line) for line in lines if line.strip()))


def _none(value: object) -> object:
    return None if value == "" else value


Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_WORDS)]
Title = Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_TITLE, pattern=r"^[^\x00-\x1f\x7f]*$")]


class ChatForm(BaseModel):
    """Each text has a field of its own, as the page has."""

    model_config = ConfigDict(extra="ignore")

    name: Line
    origins: Annotated[list[str], BeforeValidator(_origins), Field(max_length=MAX_ORIGINS)] = []
    color: Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, pattern=r"^#[0-9a-fA-F]{6}$")] = COLOR
    position: Literal["right", "left"] = "right"
    title_ja: Title = ""
    title_en: Title = ""
    greeting_ja: Words = ""
    greeting_en: Words = ""
    away_ja: Words = ""
    away_en: Words = ""
    launcher_ja: Title = ""
    launcher_en: Title = ""
    mail_channel_id: Annotated[int | None, BeforeValidator(_none)] = None
    mail_after: Annotated[int, Field(ge=1, le=MAX_MAIL_AFTER)] = MAIL_AFTER
    needs_presence: bool = False
    shows_agent_name: bool = False
    has_files: bool = False
    max_file_megabytes: Annotated[int, Field(ge=1, le=MAX_MEGABYTES)] = FILE_MEGABYTES
    has_sound: bool = False
    has_faq: bool = False
    reopen_hours: Annotated[int, Field(ge=0, le=MAX_REOPEN_HOURS)] = REOPEN_HOURS
    hold_seconds: Annotated[int, Field(ge=0, le=MAX_HOLD_SECONDS)] = 0

    def settings(self) -> dict[str, Any]:
        elsewhere = {"name", "hold_seconds", *(f"{text}_{each}" for text in TEXTS for each in LANGUAGES)}
        kept = self.model_dump(exclude=elsewhere)
        texts = {each: {text: getattr(self, f"{text}_{each}") for text in TEXTS} for each in LANGUAGES}
        return {**kept, "texts": texts}


FRESH: dict[str, Any] = dict.fromkeys(("needs_presence", "shows_agent_name", "has_files", "has_sound", "has_faq"), True)
"""How a new chat begins; on a page a box that is not ticked is sent as nothing."""


class FieldForm(BaseModel):
    """One question of the pre-chat form, as a line of the page. Without a kind it is taken out."""

    model_config = ConfigDict(extra="ignore")

    name: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{0,40}$")] = ""
    kind: Literal["", "name", "mail", "text", "choice", "consent"] = ""
    label_ja: Annotated[Words, Field(max_length=200)] = ""
    label_en: Annotated[Words, Field(max_length=200)] = ""
    options_ja: Words = ""
    options_en: Words = ""
    is_required: bool = False

    @model_validator(mode="after")
    def _asks_something(self) -> "FieldForm":
        if self.kind and self.kind not in ("name", "mail") and not (self.label_ja or self.label_en):
            raise ValueError(mark("Say what is asked, in one language at least."))
        found = [_lines(self.options_ja), _lines(self.options_en)]
        if self.kind == "choice" and not any(found):
            raise ValueError(mark("Write what can be chosen, one a line."))
        if self.kind == "choice" and all(found) and len(found[0]) != len(found[1]):
            raise ValueError(mark("Write as many choices in English as in Japanese."))
        if max(map(len, found)) > MAX_OPTIONS:
            raise ValueError(mark("These are too many choices."))
        return self

    def kept(self) -> dict[str, Any]:
        is_plain = self.kind in ("name", "mail")
        options = {"ja": _lines(self.options_ja), "en": _lines(self.options_en)} if self.kind == "choice" else {}
        return {
            "name": self.kind if is_plain else self.name or f"field_{token_hex(NAME_BYTES)}",
            "kind": PrechatKind.TEXT if self.kind == "name" else PrechatKind(self.kind),
            "labels": {"ja": self.label_ja, "en": self.label_en},
            "options": options,
            "is_required": self.is_required,
        }


class FieldsForm(BaseModel):
    """The lines of the page, each of whose fields bears its number (`kind_0`)."""

    model_config = ConfigDict(extra="allow")

    def kept(self) -> list[dict[str, Any]]:
        """Raises Invalid at the field of the line."""
        lines = {number: self._line(number) for number in range(MAX_FIELDS)}
        asked = [line.kind for line in lines.values()]
        for kind in ("name", "mail"):
            if asked.count(kind) > 1:
                raise Invalid(f"kind_{asked.index(kind, asked.index(kind) + 1)}", ONCE)
        return [line.kept() for line in lines.values() if line.kind]

    def _line(self, number: int) -> FieldForm:
        typed = self.model_extra or {}
        written = {name: typed.get(f"{name}_{number}", "") for name in FieldForm.model_fields}
        try:
            return FieldForm.model_validate({name: value for name, value in written.items() if value != ""})
        except ValidationError as error:
            problem = error.errors()[0]
            field = str(problem["loc"][0]) if problem["loc"] else "label_ja"
            raise Invalid(f"{field}_{number}", _reason(problem)) from None


def _reason(problem: Any) -> str:
    return str(problem["ctx"]["error"]) if problem["type"] == "value_error" else NOT_VALID


def _lines(value: str) -> list[str]:
    return [line.strip() for line in value.splitlines() if line.strip()]
