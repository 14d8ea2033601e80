"""Where a mailbox is and how to sign in there."""

from dataclasses import dataclass, field
from enum import StrEnum


class Security(StrEnum):
    """How a connection is protected: not at all, by an upgrade after the greeting, or from its first byte."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


@dataclass(frozen=True, slots=True)
class EmailSettings:
    """Times are in seconds. Passwords and tokens never show in `repr`. Without a user nothing signs in to SMTP."""

    imap_host: str
    imap_port: int
    imap_security: Security
    imap_user: str
    imap_password: str = field(repr=False)
    smtp_host: str
    smtp_port: int
    smtp_security: Security
    smtp_user: str = ""
    smtp_password: str = field(default="", repr=False)
    access_token: str = field(default="", repr=False)
    """Instead of both passwords, where the provider lets programs in by consent (XOAUTH2)."""
    folder: str = "INBOX"
    timeout: float = 30.0
    """For each step: connecting, signing in, one command."""
    transfer_timeout: float = 300.0
    """For the body of one mail or one batch."""
    ca_file: str | None = None
    """Certificates to trust beside the system's."""
