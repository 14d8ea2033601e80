"""What is shown again and again: plain values, in the reader's language where they have words."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.outbox.models import OutboxState
from app.tickets.classification_models import FieldKind
from app.tickets.models import Phase


class Sort(StrEnum):
    LATEST = "-updated_at"
    STALEST = "updated_at"
    NEWEST = "-created_at"
    OLDEST = "created_at"

    @property
    def is_descending(self) -> bool:
        return self.value.startswith("-")

    @property
    def is_by_creation(self) -> bool:
        return self.value.endswith("created_at")


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

    @property
    def is_waiting(self) -> bool:
        """Held or scheduled: it can still be taken back."""
        return self.state is OutboxState.QUEUED and self.is_deferred
