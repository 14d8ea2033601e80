"""What is shown again and again: plain values, in the reader's language where they have words."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.outbox.models import OutboxState, Way
from app.tickets.classification_models import FieldKind
from app.tickets.message_models import SenderCheck, SignedWith
from app.tickets.models import Nature, Phase


class Sort(StrEnum):
    LATEST = "-updated_at"
    STALEST = "updated_at"
    NEWEST = "-created_at"
    OLDEST = "created_at"
    DUE = "due_at"

    @property
    def is_descending(self) -> bool:
        return self.value.startswith("-")


class Act(StrEnum):
    """What reports count on tickets, as an address names it."""

    ARRIVAL = "arrival"
    INBOUND = "inbound"
    OUTBOUND = "outbound"
    FIRST_REPLY = "first_reply"
    NEXT_REPLY = "next_reply"
    RESOLUTION = "resolution"
    REOPENING = "reopening"
    HANDLED = "handled"


@dataclass(frozen=True, slots=True)
class Named:
    """Anything that is chosen by id and read by name: agent, team, category."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class StatusView:
    id: int
    key: str
    phase: Phase
    name: str
    """Already in the reader's language for the three built-in ones."""
    team_id: int | None = None
    needs_reason: bool = False


@dataclass(frozen=True, slots=True)
class LabelView:
    """`colour` is a name of the palette."""

    id: int
    name: str
    colour: str


@dataclass(frozen=True, slots=True)
class CategoryView:
    """With the names of those above it, as it is found by typing any of them."""

    id: int
    name: str
    path: str
    level: int


@dataclass(frozen=True, slots=True)
class FieldView:
    """What one field of a ticket says: `value` for programs, `words` for people."""

    key: str
    name: str
    kind: FieldKind
    value: object
    words: str


@dataclass(frozen=True, slots=True)
class ChannelView:
    id: int
    kind: str
    name: str
    key: str
    address: str


@dataclass(frozen=True, slots=True)
class CustomerView:
    id: int
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class LockView:
    """A living reply lock."""

    holder: Named
    taken_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class PresenceView:
    agent: Named
    is_typing: bool


@dataclass(frozen=True, slots=True)
class AddressView:
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class AttachmentView:
    """`url` is signed and ends after ten minutes."""

    id: int
    name: str
    content_type: str
    size: int
    content_id: str
    is_inline: bool
    url: str


@dataclass(frozen=True, slots=True)
class RecipientView:
    role: str
    address: str
    state: str
    error: str


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """How far an outbound message has come. `entry_id` names it for resend, settle and cancel."""

    entry_id: int
    state: OutboxState
    error: str
    attempts: int
    not_before: datetime
    settled_at: datetime | None
    is_scheduled: bool
    is_deferred: bool
    recipients: tuple[RecipientView, ...]
    way: Way = Way.NONE
    was_unclear: bool = False

    @property
    def is_waiting(self) -> bool:
        """Held or scheduled: it can still be taken back."""
        return self.state is OutboxState.QUEUED and self.is_deferred


@dataclass(frozen=True, slots=True)
class InvitationView:
    """`when` is as its sender wrote it, where the zone of that is not known."""

    method: str
    summary: str
    when: str
    location: str
    organiser: str
    starts_at: datetime | None
    ends_at: datetime | None


class RemoteImages(StrEnum):
    """Of a mail: none lie elsewhere, they are not fetched, they are."""

    NONE = ""
    OFF = "off"
    SHOWN = "shown"


@dataclass(frozen=True, slots=True)
class MailView:
    """What a message is beside its words: what sort of mail, who vouches for it, what it invites to."""

    nature: Nature
    signed_with: SignedWith
    sender_check: SenderCheck
    sender_check_detail: str
    invitation: InvitationView | None


@dataclass(frozen=True, slots=True)
class CustomerRecord:
    """What letters call a customer by, as whoever sees them may change it."""

    name: str
    reading: str
    honorific: str
    company: str
    department: str


@dataclass(frozen=True, slots=True)
class FileView:
    """A file that waits to be sent."""

    id: int
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class EarlierTicket:
    number: int
    subject: str
    status: StatusView
    channel: ChannelView
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Near:
    """What belongs to a ticket: those linked with it, and those that were merged into it.

    `came_from` is the number of a merged one that led here.
    """

    linked: tuple[EarlierTicket, ...]
    merged: tuple[EarlierTicket, ...]
    came_from: int | None
