from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, StringConstraints

from app.channels.models import HOLD_SECONDS, MAX_HOLD_SECONDS

Security = Literal["none", "starttls", "tls"]
Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")
]
MailAddress = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=254, pattern=r"^[^@\s<>\"]+@[^@\s<>\"]+\.?[^@\s<>\"]*$")
]
Port = Annotated[int, Field(ge=1, le=65535)]


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
    folder: Line = "INBOX"
    hold_seconds: Annotated[int, Field(ge=0, le=MAX_HOLD_SECONDS)] = HOLD_SECONDS
    """For how long what is sent at the screen can be taken back."""

    def settings(self) -> dict[str, object]:
        return self.model_dump(exclude={"name", "address", "imap_password", "smtp_password", "hold_seconds"})

    def secrets(self) -> dict[str, str]:
        smtp = self.imap_password if self.smtp_password is None else self.smtp_password
        return {"imap_password": self.imap_password.get_secret_value(), "smtp_password": smtp.get_secret_value()}


def _none(value: object) -> object:
    return None if value == "" else value


class MailboxForm(EmailForm):
    """The same as a page sends it: an empty password keeps the one there is."""

    model_config = ConfigDict(extra="ignore")

    smtp_user: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    smtp_password: Annotated[SecretStr | None, BeforeValidator(_none)] = None
