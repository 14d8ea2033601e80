"""The border between connectors and the desk: the types that cross it, and what a connector has to be able to do.

A connector turns a provider's wire format into these types and back; it knows no ticket, no database and no web
framework. Everything here is immutable and holds no lone surrogate and no NUL.

A kind of channel is a class without arguments, named by an entry point `kind = "module:Class"` of the group
`madoguchi.connectors`, in the desk's own package or in any that is installed beside it. The class has the methods of
`Connector` below, but for those that its kind has no use for:

- Of somebody else's package: `describe`, which says how it is set up (`connectors.kinds`).
- What is fetched: `receiver`. What is sent to us: `hook` (`connectors.talks.Hook`), under /hooks/KIND/KEY. Or both.
- Letters, with a subject and recipients: `is_deliverable`, and messages without `said`. They join a ticket by
  `references` to the `message_id` of one that is on it.
- A talk without subject and end: `abilities` (`connectors.talks.Abilities`), messages with `said.talk`, and `answer`
  of what is sent; where the provider tells more (files, names, reading), `platform` (`connectors.talks.Platform`).

Whatever a method raises beside what is said at it is a fault that is told to people, and nothing more: receiving
begins anew by itself; a message is tried again before the commit point, and is for a person to decide after it.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from connectors.findings import Check, Checks, Invitation, Report
from connectors.receiving import FolderState as FolderState
from connectors.receiving import Pieces as Pieces
from connectors.receiving import RawBatch as RawBatch
from connectors.receiving import RawMessage as RawMessage
from connectors.receiving import Receiver as Receiver
from connectors.talks import AccountState, Answer, Said, SentPart


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox of RFC 5322: a display name, which may be empty, and `local@domain` as it was written."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Attachment:
    filename: str
    content_type: str
    data: bytes
    content_id: str = ""
    is_inline: bool = False


class MessageKind(StrEnum):
    MESSAGE = "message"
    BOUNCE = "bounce"
    AUTO_REPLY = "auto_reply"
    LIST = "list"
    RECEIPT = "receipt"
    REPORT = "report"
    """Of complaints or of a domain's authentication (RFC 5965, DMARC): neither a bounce nor anybody's letter."""


@dataclass(frozen=True, slots=True)
class Passage:
    """One stretch of a message as plain text, as HTML, or as both, which say the same then."""

    text: str = ""
    html: str = ""


def text_of(passages: Iterable[Passage]) -> str:
    return "\n".join(passage.text for passage in passages if passage.text)


def html_of(passages: Iterable[Passage]) -> str:
    return "\n".join(passage.html for passage in passages if passage.html)


@dataclass(frozen=True, slots=True)
class Hints:
    """What the way in knows of the ticket that a message opens: what it is about, by the id of a category of the desk,
    and whether a program is likely to have written it, so that it goes where spam is looked through."""

    category_id: int | None = None
    is_suspicious: bool = False


NO_HINTS = Hints()


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """What a provider's bytes say. Ids are without angle brackets; references are oldest first.

    A message may be partly plain text, partly HTML: `passages` has both in their order.
    """

    subject: str = ""
    sender: Address | None = None
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    passages: tuple[Passage, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    message_id: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    sent_at: datetime | None = None
    kind: MessageKind = MessageKind.MESSAGE
    report: Report | None = None
    signature: str = ""
    """`smime` or `pgp` where the sender signed it; nobody has verified that."""
    invitation: Invitation | None = None
    checks: tuple[Checks, ...] = ()
    """Of the mail's origin, the newest first, by whoever claims to have made them."""
    can_auto_reply: bool = False
    """Whether a machine may answer it: a person wrote it, and nothing in it says that none is wanted (RFC 3834)."""
    said: Said | None = None
    """Where it was said in a talk, what belongs to that."""
    hints: Hints = NO_HINTS
    problem: str = ""
    """Empty when everything could be read; else the code of what could not: `unreadable`, `too_deep`, `too_large`."""

    @property
    def text(self) -> str:
        """What came as plain text."""
        return text_of(self.passages)

    @property
    def html(self) -> str:
        """What came as HTML."""
        return html_of(self.passages)

    def checks_by(self, server: str) -> tuple[Check, ...]:
        """Of the server that we believe: its newest, and others only from where nobody but it can have written."""
        own = [each for each in self.checks if server and each.server == server.lower()]
        believed = [*own[:1], *(each for each in own[1:] if each.is_above_route)]
        return tuple(check for each in believed for check in each.results)

    @property
    def is_automatic(self) -> bool:
        """No person wrote it. What came through a list was written by one: our own address may be a group."""
        return self.kind not in (MessageKind.MESSAGE, MessageKind.LIST)


@dataclass(frozen=True, slots=True)
class OutboundMessage:
    """One message to be handed to a provider. `message_id` and references are without angle brackets."""

    message_id: str
    sender: Address
    to: tuple[Address, ...]
    subject: str
    text: str
    sent_at: datetime
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    is_automatic: bool = False
    """No person wrote it, and no machine is to answer it (RFC 3834)."""
    is_auto_reply: bool = False
    """It answers one mail by itself: no failure to deliver it is to be told to anybody."""
    charset: str = "utf-8"
    """Or `iso-2022-jp`, as far as that can carry what is written."""
    answer: Answer | None = None
    """In a talk, what belongs to that."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The provider took the message; `refused` says which recipients it did not take, in its own words."""

    detail: str = ""
    refused: dict[str, str] = field(default_factory=dict)
    parts: tuple[SentPart, ...] = ()


class DeliveryError(Exception):
    """The provider did not take the message, and that is certain, unless `is_uncertain`.

    `reason` is the provider's own words. `is_permanent` says that trying again is of no use.
    """

    def __init__(
        self,
        reason: str,
        *,
        is_permanent: bool = False,
        is_uncertain: bool = False,
        refused: dict[str, str] | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_permanent = is_permanent
        self.is_uncertain = is_uncertain
        self.refused = refused or {}


class ConnectionProblem(Exception):
    """A channel cannot be reached or refuses us.

    `field` names the setting that is most likely wrong (`imap_host`, `imap_port`, `imap_security`,
    `imap_user`, `imap_password`, `imap_folder`, and the same with `smtp_`), `code` the kind of
    trouble (`unknown_host`, `refused`, `timeout`, `tls`, `no_tls`, `sign_in`, `no_folder`, `protocol`, and those that
    `connectors.line.check` names), `detail` the provider's own words.
    """

    def __init__(self, code: str, *, field: str, detail: str = "") -> None:
        super().__init__(f"{code} ({field}): {detail}")
        self.code = code
        self.field = field
        self.detail = detail


CommitPoint = Callable[[], Awaitable[None]]
"""Called by a Sender when the next bytes may make the provider accept; it raises to stop the sending."""


class Sender(Protocol):
    async def send(self, message: OutboundMessage, *, before_commit_point: CommitPoint) -> Receipt:
        """Hand one message over; raise DeliveryError. Exceptions of `before_commit_point` pass through.

        Before the commit point every failure is certain; between it and the provider's answer, uncertain.
        """
        ...


class SentKeeper(Protocol):
    async def keep(self, message: OutboundMessage) -> None:
        """Put a copy where the provider keeps what was sent, once however often asked; raise ConnectionProblem."""
        ...


class Connector(Protocol):
    """Everything the desk asks of one kind of channel. `settings` holds the channel's settings and secrets by name.

    It is made once for a process and asked from several threads: it keeps nothing.
    """

    def parse(self, raw: bytes, charset: str = "") -> InboundMessage:
        """What a receiver or a hook handed over. Pure, never raises, and may be asked again years later: what cannot be
        read has `problem="unreadable"`. `charset` corrects what the message says of itself, where it has one."""
        ...

    def fold(self, text: str) -> tuple[int | None, int | None]:
        """Where in a text the quote and the signature begin; None where there is none. Pure."""
        ...

    def is_deliverable(self, address: str) -> bool:
        """Whether a letter may be addressed so. Pure."""
        ...

    def receiver(self, settings: Mapping[str, Any]) -> Receiver:
        """Of the folder `folder` of the settings, `INBOX` where they have none. Connects to nothing yet."""
        ...

    def sender(self, settings: Mapping[str, Any]) -> Sender:
        """Made for one message. Connects to nothing yet."""
        ...

    async def check(self, settings: Mapping[str, Any]) -> FolderState | AccountState:
        """Try it for real, both ways; raise ConnectionProblem."""
        ...
