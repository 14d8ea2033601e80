"""What a connector finds in a message beside its words: reports of servers, invitations, checks of its origin."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class RecipientReport:
    """What became of a mail for one of its recipients.

    `action` is the server's word: `failed`, `delayed`, `delivered`, `relayed`, `expanded`, `displayed`, `abuse` …
    `status` is an enhanced status code (RFC 3463) or ''. `original` is the address as we wrote it, where a server
    that forwarded the mail still knows it.
    """

    address: str
    action: str = ""
    status: str = ""
    detail: str = ""
    original: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What a bounce, a receipt or a complaint tells of the mail that it is about; '' where it does not name it."""

    message_id: str = ""
    recipients: tuple[RecipientReport, ...] = ()


@dataclass(frozen=True, slots=True)
class Invitation:
    """The first event of a calendar (RFC 5545, 5546). `method` is `request`, `cancel`, `reply`, `publish` … or ''.

    `when` is as written, on the clock of its own zone; instants are aware UTC where that zone is known.
    """

    method: str = ""
    summary: str = ""
    when: str = ""
    location: str = ""
    organiser: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One result of RFC 8601: `spf`, `dkim`, `dmarc` … with `pass`, `fail` …, and the domain that it is about."""

    method: str
    result: str
    domain: str = ""


@dataclass(frozen=True, slots=True)
class Checks:
    """What one server says that it checked; anybody can write so into a mail, so whom to believe is for others to say.

    `is_above_route`: it stands above every trace of a hop, where only the last server can have written it.
    """

    server: str
    results: tuple[Check, ...] = ()
    is_above_route: bool = False
