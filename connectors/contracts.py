"""The neutral types that cross the border between connectors and the desk.

A connector turns a provider's wire format into these and back; it knows no ticket, no database and no
web framework. Everything here is immutable and holds no lone surrogate and no NUL.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol


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
class RecipientReport:
    """What became of a mail for one of its recipients.

    `action` is the server's word: `failed`, `delayed`, `delivered`, `relayed`, `expanded`, `displayed`, `abuse` …
    `status` is an enhanced status code (RFC 3463) or ''.
    """

    address: str
    action: str = ""
    status: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What a bounce, a receipt or a complaint tells of the mail that it is about; '' where it does not name it."""

    message_id: str = ""
    recipients: tuple[RecipientReport, ...] = ()


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


@dataclass(frozen=True, slots=True)
class Receipt:
    """The provider took the message; `refused` says which recipients it did not take, in its own words."""

    detail: str = ""
    refused: dict[str, str] = field(default_factory=dict)


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
    trouble (`unknown_host`, `refused`, `timeout`, `tls`, `no_tls`, `sign_in`, `no_folder`, `protocol`), `detail` the
    provider's own words.
    """

    def __init__(self, code: str, *, field: str, detail: str = "") -> None:
        super().__init__(f"{code} ({field}): {detail}")
        self.code = code
        self.field = field
        self.detail = detail


@dataclass(frozen=True, slots=True)
class FolderState:
    """What a folder's server says now: its UIDVALIDITY and how many messages it holds."""

    uidvalidity: int
    on_server: int


Pieces = Callable[[], AsyncGenerator[bytes]]


@dataclass(frozen=True, slots=True)
class RawMessage:
    """One raw message and the place it lay in. `data` is None when the server would not give it out.

    One too large for the memory has `read` instead, which yields it piece by piece, and has to be called before the
    next batch is asked for. It raises ConnectionProblem.
    """

    uid: int
    data: bytes | None
    received_at: datetime
    """The server's INTERNALDATE, aware UTC."""
    refusal: str = ""
    """Without data: the server's own words, as far as it had any."""
    read: Pieces | None = None


@dataclass(frozen=True, slots=True)
class RawBatch:
    """Raw messages in ascending UID order with the state of the folder they were read from."""

    folder: FolderState
    messages: tuple[RawMessage, ...]


class Receiver(Protocol):
    """Reads one folder of one channel. Nothing on the server is changed, flags included.

    Every method raises ConnectionProblem; after that the receiver is thrown away with `close`.
    """

    async def connect(self) -> FolderState: ...

    def fetch(self, *, uidvalidity: int | None, after_uid: int, is_patient: bool = True) -> AsyncGenerator[RawBatch]:
        """Yield what lies above `after_uid`; everything when the folder's UIDVALIDITY is another one.

        A message that is refused comes without data. Where a server gives out none of several, it is the server
        that has trouble: then the patient raise, and nothing is passed over.
        """
        ...

    def fetch_again(self, *, uidvalidity: int, uids: Sequence[int]) -> AsyncGenerator[RawBatch]:
        """Yield those of these messages that are still there; none when the UIDVALIDITY is another one."""
        ...

    async def list_uids(self, *, up_to: int) -> tuple[FolderState, frozenset[int]]:
        """What lies in the folder now, up to and with this UID."""
        ...

    async def wait(self, seconds: float) -> None:
        """Return when the server tells of news, or after `seconds`."""
        ...

    async def close(self) -> None: ...


CommitPoint = Callable[[], Awaitable[None]]
"""Called by a Sender when the next bytes may make the provider accept; it raises to stop the sending."""


class Sender(Protocol):
    async def send(self, message: OutboundMessage, *, before_commit_point: CommitPoint) -> Receipt:
        """Hand one message over; raise DeliveryError. Exceptions of `before_commit_point` pass through.

        Before the commit point every failure is certain; between it and the provider's answer, uncertain.
        """
        ...


class Connector(Protocol):
    """Everything the desk asks of one kind of channel. `settings` holds the channel's settings and secrets."""

    def parse(self, raw: bytes) -> InboundMessage:
        """Pure, and never raises."""
        ...

    def fold(self, text: str) -> tuple[int | None, int | None]:
        """Where in a text the quote and the signature begin."""
        ...

    def is_deliverable(self, address: str) -> bool: ...

    def receiver(self, settings: Mapping[str, Any]) -> Receiver: ...

    def sender(self, settings: Mapping[str, Any]) -> Sender: ...

    async def check(self, settings: Mapping[str, Any]) -> FolderState:
        """Try it for real, both ways; raise ConnectionProblem."""
        ...
