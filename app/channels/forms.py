import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    ValidationInfo,
    field_validator,
)

from app.channels.models import HOLD_SECONDS, MAX_HOLD_SECONDS
from app.core.i18n import mark
from connectors.email.addresses import is_deliverable

Security = Literal["none", "starttls", "tls"]
Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")
]
MailAddress = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=254, pattern=r"^[^@\s<>\"]+@[^@\s<>\"]+\.?[^@\s<>\"]*$")
]
NAMED_ADDRESS = re.compile(r'\s*"?(?P<name>[^"<>]*?)"?\s*<(?P<address>[^<>]*)>\s*')
MAX_ALIASES = 100


class AliasForm(BaseModel):
    """A further address under which a mailbox gets and writes mail."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""
    address: MailAddress


NO_ADDRESS = mark("One of these is not a mail address.")


def _alias(value: object) -> object:
    """`Name <address>`, or the address alone."""
    if not isinstance(value, str):
        return value
    named = NAMED_ADDRESS.fullmatch(value)
    alias = named.groupdict() if named else {"address": value.strip()}
    if not is_deliverable(alias["address"].strip()):
        raise ValueError(NO_ADDRESS)
    return alias


def alias_line(alias: Mapping[str, str]) -> str:
    """As a person writes it, and `_alias` reads it."""
    return f"{alias['name']} <{alias['address']}>" if alias["name"] else alias["address"]


def _lines(value: Any) -> Any:
    """As a page sends several: one a line."""
    if isinstance(value, list):
        return [line for each in value for line in (_lines(each) if isinstance(each, str) else [each])]
    return [line for line in value.splitlines() if line.strip()] if isinstance(value, str) else value


def _writable_addresses(aliases: list[AliasForm]) -> list[AliasForm]:
    for alias in aliases:
        if not is_deliverable(alias.address):
            raise ValueError(NO_ADDRESS)
    return aliases


Aliases = Annotated[
    list[Annotated[AliasForm, BeforeValidator(_alias)]],
    BeforeValidator(_lines),
    Field(max_length=MAX_ALIASES),
    AfterValidator(_writable_addresses),
]
Port = Annotated[int, Field(ge=1, le=65535)]
Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500, pattern=r"^[^\x00-\x1f\x7f]*$")]
WebAddress = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=500, pattern=r"^(https?://[^\s/][^\s]*)?$")
]

NO_SETTINGS = {
    "name",
    "address",
    "imap_password",
    "smtp_password",
    "oauth_client_secret",
    "hold_seconds",
    "begins_now",
}
"""What is kept elsewhere than with a channel's settings."""


class EmailForm(BaseModel):
    """A mailbox: where it is fetched from and where its answers leave."""

    model_config = ConfigDict(extra="forbid")

    name: Line
    address: MailAddress
    imap_host: Line
    imap_port: Port = 993
    imap_security: Security = "tls"
    imap_user: Line
    imap_password: SecretStr = SecretStr("")
    smtp_host: Line
    smtp_port: Port = 587
    smtp_security: Security = "starttls"
    smtp_user: str = ""
    smtp_password: SecretStr | None = None
    """The same as for IMAP unless given."""
    sign_in: Literal["password", "google", "microsoft", "other"] = "password"
    """With passwords, or by consent (XOAUTH2) of this provider."""
    oauth_client_id: Annotated[Short, Field(validate_default=True)] = ""
    oauth_client_secret: SecretStr = SecretStr("")
    oauth_tenant: Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[A-Za-z0-9.-]{0,100}$")] = ""
    oauth_authorize_url: Annotated[WebAddress, Field(validate_default=True)] = ""
    oauth_token_url: Annotated[WebAddress, Field(validate_default=True)] = ""
    oauth_scope: Annotated[Short, Field(validate_default=True)] = ""
    folder: Line = "INBOX"
    authserv_id: Annotated[str, StringConstraints(strip_whitespace=True, max_length=253, pattern=r"^[!-:<-~]*$")] = ""
    """What our own mail server calls itself in Authentication-Results; without it nothing is believed."""
    begins_now: bool = False
    """What lies in the folder already stays there; it can be taken in as history later."""
    hold_seconds: Annotated[int, Field(ge=0, le=MAX_HOLD_SECONDS)] = HOLD_SECONDS
    """For how long what is sent at the screen can be taken back."""
    aliases: Aliases = []
    charset: Literal["utf-8", "iso-2022-jp"] = "utf-8"
    """What its mail is written in."""
    sent_copies: Literal["", "found", "named"] = ""
    """Whether what was sent is also put into a folder of the mailbox: the one its server names, or `sent_folder`."""
    sent_folder: Annotated[
        str,
        StringConstraints(strip_whitespace=True, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$"),
        Field(validate_default=True),
    ] = ""

    @field_validator("sent_folder")
    @classmethod
    def _is_named(cls, folder: str, info: ValidationInfo) -> str:
        if info.data.get("sent_copies") == "named" and not folder:
            raise ValueError(mark("This is needed."))
        return folder

    @field_validator("oauth_client_id", "oauth_authorize_url", "oauth_token_url", "oauth_scope")
    @classmethod
    def _is_known_to_its_provider(cls, value: str, info: ValidationInfo) -> str:
        sign_in = info.data.get("sign_in")
        is_needed = sign_in == "other" or (sign_in != "password" and info.field_name == "oauth_client_id")
        if is_needed and not value:
            raise ValueError(mark("This is needed."))
        return value

    def settings(self) -> dict[str, object]:
        return self.model_dump(exclude=NO_SETTINGS)

    def secrets(self) -> dict[str, str]:
        smtp = self.imap_password if self.smtp_password is None else self.smtp_password
        return {
            "imap_password": self.imap_password.get_secret_value(),
            "smtp_password": smtp.get_secret_value(),
            "oauth_client_secret": self.oauth_client_secret.get_secret_value(),
        }


def _none(value: object) -> object:
    return None if value == "" else value


class MailboxForm(EmailForm):
    """The same as a page sends it: an empty password keeps the one there is."""

    model_config = ConfigDict(extra="ignore")

    smtp_user: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    smtp_password: Annotated[SecretStr | None, BeforeValidator(_none)] = None
