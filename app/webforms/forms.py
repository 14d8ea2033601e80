"""A web form as an admin sets it up: its words, where it may be shown, by which mailbox it is answered."""

from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from app.channels.forms import Line
from app.core.i18n import mark
from app.letters.forms import Lines
from app.tickets.forms import Chosen

MAX_SITES = 50
NO_SITE = mark("Write each as https://www.example.jp, without anything behind the name.")
Title = Annotated[str, StringConstraints(strip_whitespace=True, max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")]
Words = Annotated[Lines, Field(max_length=4_000)]


def _lines(value: Any) -> Any:
    """As a page sends several: one a line."""
    values = [value] if isinstance(value, str) else value
    return [line for each in values for line in str(each).split()] if isinstance(values, list) else values


def _site(address: str) -> str:
    """An origin, such as a browser names it; nothing in it can end the directive that it is written into."""
    parts = urlsplit(address if "://" in address else f"https://{address}")
    host = parts.netloc.encode("idna").decode() if not parts.netloc.isascii() else parts.netloc
    if parts.scheme not in ("http", "https") or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError(NO_SITE)
    if not host or not all(character.isalnum() or character in "-.:*" for character in host):
        raise ValueError(NO_SITE)
    return f"{parts.scheme}://{host.lower()}"


Sites = Annotated[list[Annotated[str, AfterValidator(_site)]], BeforeValidator(_lines), Field(max_length=MAX_SITES)]


class WebForm(BaseModel):
    """Each language has fields of its own, as the page has; one of the two titles is needed."""

    model_config = ConfigDict(extra="ignore")

    name: Line
    title_ja: Title = ""
    title_en: Title = ""
    introduction_ja: Words = ""
    introduction_en: Words = ""
    thanks_ja: Words = ""
    thanks_en: Words = ""
    asks_subject: bool = False
    mail_channel_id: Chosen = None
    sites: Sites = []

    @model_validator(mode="after")
    def _has_a_title(self) -> "WebForm":
        if not self.title_ja and not self.title_en:
            raise ValueError(mark("Give the form a title in one language at least."))
        return self

    def settings(self) -> dict[str, object]:
        return self.model_dump(exclude={"name"})
