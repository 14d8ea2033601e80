"""What the inbox shows, as plain values: made by `queries`, drawn by `templates/inbox/`, told by `api`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.accounts.models import Role
from app.escalations.views import EscalationView
from app.inbox.entries import EventView, MessageView
from app.inbox.talking import TalkReply
from app.inbox.uniting import Beside
from app.inbox.values import (
    AddressView,
    CategoryView,
    ChannelView,
    CustomerRecord,
    CustomerView,
    EarlierTicket,
    FieldView,
    FileView,
    LabelView,
    LockView,
    Named,
    Near,
    PresenceView,
    StatusView,
)
from app.inbox.visitors import VisitorView
from app.notices.views import WatcherView
from app.outbox.models import OutboxState
from app.search.snippets import Snippet
from app.sla.views import DeadlineView
from app.tasks.views import TaskView
from app.tickets.models import Nature, Phase, Priority


@dataclass(frozen=True, slots=True)
class Tab:
    key: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A channel in the sidebar with its number of tickets that are not done, and its last trouble."""

    channel: ChannelView
    count: int
    error: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list. `delivery` is the worst state of its latest outbound message that is not sent."""

    number: int
    subject: str
    preview: str
    phase: Phase
    status: StatusView
    channel: ChannelView
    customer: CustomerView
    assignee: Named | None
    team: Named | None
    category: Named | None
    labels: tuple[LabelView, ...]
    priority: Priority
    is_complaint: bool
    is_escalated: bool
    hold_reason: str
    spam_at: datetime | None
    trashed_at: datetime | None
    has_attachment: bool
    version: int
    """Of its newest entry: whoever has read less has news here."""

    created_at: datetime
    updated_at: datetime
    lock: LockView | None
    presence: tuple[PresenceView, ...]
    delivery: OutboxState | None
    newest_nature: Nature
    bounced_at: datetime | None
    due_at: datetime | None
    """The nearest deadline that is open."""
    is_late: bool
    found_subject: Snippet = ()
    found_text: Snippet = ()
    """Of a search: the subject and a place of a message, with the words marked."""

    def __hash__(self) -> int:
        """Enough to find it among those that are drawn; whether it is the same is for equality to say."""
        return hash((self.number, self.updated_at))


@dataclass(frozen=True, slots=True)
class SearchView:
    """What was looked for, as it was written, and in words what of it was not understood."""

    text: str
    hits: int
    has_more: bool
    mistakes: tuple[str, ...]
    missing: int = 0
    """Tickets that are not in the index yet, while it is being built."""


@dataclass(frozen=True, slots=True)
class Narrowed:
    """A list by its conditions, in words. `address` is these as parameters; `back` the page that it was opened from."""

    words: tuple[str, ...]
    count: int
    address: str
    back: str


@dataclass(frozen=True, slots=True)
class ListPage:
    rows: tuple[Row, ...]
    next_cursor: str | None
    position: str
    """The live position read before the rows: the page's stream starts after it (MODEL 23)."""
    search: SearchView | None = None
    is_oldest_first: bool = False
    is_by_deadline: bool = False
    narrowed: Narrowed | None = None


@dataclass(frozen=True, slots=True)
class TicketView:
    number: int
    subject: str
    phase: Phase
    status: StatusView
    channel: ChannelView
    channels: tuple[ChannelView, ...]
    customer: CustomerView
    assignee: Named | None
    team: Named | None
    category: Named | None
    labels: tuple[LabelView, ...]
    priority: Priority
    is_complaint: bool
    hold_reason: str
    spam_at: datetime | None
    trashed_at: datetime | None
    fields: tuple[FieldView, ...]
    version: int
    created_at: datetime
    updated_at: datetime
    bounced_at: datetime | None
    first_reply_at: datetime | None
    done_at: datetime | None
    lock: LockView | None
    presence: tuple[PresenceView, ...]
    due_at: datetime | None
    deadlines: tuple[DeadlineView, ...]


@dataclass(frozen=True, slots=True)
class ReplyDefaults:
    """What the composer starts with: Reply-To or sender, reply-all's Cc, subject, greeting, signature and quote.

    `values` are the merge fields that are known, by every name that they have. `senders` are the addresses under which
    the mailbox may write; `sender` is the one that the customer wrote to. `writers` are all who wrote on the ticket.
    """

    channel_id: int
    senders: tuple[AddressView, ...]
    sender: str
    charset: str
    to: tuple[AddressView, ...]
    cc: tuple[AddressView, ...]
    writers: tuple[AddressView, ...]
    subject: str
    greeting: str
    signature: str
    values: dict[str, str]
    quote: str
    base_version: int
    talk: TalkReply | None = None
    """Where the newest words are part of a talk."""
    is_answerable: bool = True
    """Whether anything can leave: by its channel, or by the mailbox that answers for it."""


@dataclass(frozen=True, slots=True)
class DraftView:
    base_version: int
    body: dict[str, object]
    saved_at: datetime
    files: tuple[FileView, ...]


@dataclass(frozen=True, slots=True)
class TicketPage:
    """The ticket pane. `entries` are messages and events by time, oldest first."""

    ticket: TicketView
    customer: CustomerRecord
    entries: tuple[MessageView | EventView, ...]
    policy: str
    """What to do about a complaint; empty where there is none, or nothing was written."""
    earlier: tuple[EarlierTicket, ...]
    near: Near
    tasks: tuple[TaskView, ...]
    escalations: tuple[EscalationView, ...]
    reply: ReplyDefaults
    draft: DraftView | None
    position: str
    watchers: tuple[WatcherView, ...]
    mentioned: Mapping[str, Named]
    """Who is meant by the addresses in notes, by what these are compared by."""
    beside: Beside
    read_version: int | None = None
    """How far the reader had come, where that is asked; None for who never looked."""
    visitor: VisitorView | None = None
    """Who is behind the newest words of a website's chat."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What surrounds every page of the inbox: who reads, what can be chosen, tabs and mailboxes with counts."""

    agent: Named
    role: Role
    locale: str
    tabs: tuple[Tab, ...]
    mailboxes: tuple[Mailbox, ...]
    agents: tuple[Named, ...]
    teams: tuple[Named, ...]
    statuses: tuple[StatusView, ...]
    categories: tuple[CategoryView, ...]
    absent_ids: frozenset[int]
    asides: tuple[Tab, ...]
    """Spam and trash, which are in no other tab."""

    labels: tuple[LabelView, ...]
    fresh: int
    """New tickets that wait for who reads: theirs, and nobody's of their teams."""

    unread_notices: int
    newest_notice: int
    handovers: int
    """Notes of the shift before that nobody has marked as done."""

    has_important: bool
    """Whether an announcement waits for being confirmed."""

    not_sent: int
    """Failed and uncertain answers that wait for a decision of who reads."""

    is_sending_paused: bool
