"""What stands in a ticket's thread, as plain values: what was said, and what happened between."""

from dataclasses import dataclass
from datetime import datetime

from app.inbox.talks import HappeningView, TalkView
from app.inbox.values import (
    AddressView,
    AttachmentView,
    DeliveryView,
    MailView,
    Named,
    RemoteImages,
)
from app.tickets.history_models import ActorKind, EventKind
from app.tickets.message_models import MessageKind, Problem


@dataclass(frozen=True, slots=True)
class MessageView:
    """An entry of the timeline that has words. `new`, `quoted` and `signature` are the parts of `text`."""

    id: int
    kind: MessageKind
    author: Named | None
    """The agent who wrote it; empty for the customer's."""
    sender: AddressView | None
    to: tuple[AddressView, ...]
    cc: tuple[AddressView, ...]
    bcc: tuple[AddressView, ...]
    reply_to: tuple[AddressView, ...]
    subject: str
    text: str
    new: str
    quoted: str
    signature: str
    html: str
    """Sanitised, with `cid:` images pointing at signed attachment addresses."""
    images: RemoteImages
    attachments: tuple[AttachmentView, ...]
    problem: Problem
    has_original: bool
    """The mail as it came can be had, and read again."""
    mail: MailView
    charset: str
    """Of what came in: the one that a person chose, '' for the mail's own."""
    is_automatic: bool
    ticket_version: int
    created_at: datetime
    sent_at: datetime | None
    delivery: DeliveryView | None
    talk: TalkView | None = None


@dataclass(frozen=True, slots=True)
class ChangeView:
    """From what to what, in words of the reader's language."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class EventView:
    id: int
    kind: EventKind
    at: datetime
    actor_kind: ActorKind
    actor: Named | None
    changes: tuple[ChangeView, ...]
    happening: HappeningView | None = None
