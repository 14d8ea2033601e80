"""One ticket as the verbs would leave it, kept as rows: what a ledger is made of.

It follows `app.tickets` and `app.replies` rule by rule; a test plays the same stories both ways and compares.
"""

from datetime import datetime, timedelta
from typing import Any

from app.channels import endpoints
from app.channels.calendars import usual_calendar
from app.tickets.history_models import SYSTEM, Actor, ActorKind, EventKind, FactKind
from app.tickets.message_models import MessageKind
from app.tickets.models import BUILT_IN_STATUS_IDS, Nature, Origin, Phase, Priority
from app.tickets.service import preview_of
from connectors.contracts import Attachment

Row = dict[str, Any]
STATE = ("phase", "status_id", "assignee_id", "team_id", "category_id", "audience_id", "is_waiting")
NO_DURATIONS = dict.fromkeys(("calendar_seconds", "business_seconds", "calendar_version"))
CUSTOMERS_WORDS = (MessageKind.INBOUND, MessageKind.CALL)


def attachment_row(message: int, file: Attachment, sha256: str, *, at: datetime, uploader_id: int | None = None) -> Row:
    return {
        "message_id": message,
        "uploader_id": uploader_id,
        "sha256": sha256,
        "name": file.filename,
        "content_type": file.content_type,
        "size": len(file.data),
        "content_id": file.content_id,
        "is_inline": file.is_inline,
        "created_at": at,
    }


class Entry:
    """A ticket with all that hangs on it. Until they have ids, messages are named by their position."""

    def __init__(
        self, *, subject: str, at: datetime, audience_id: int, channel_id: int, team_id: int | None, customer_id: int
    ) -> None:
        self.ticket: Row = {
            "subject": subject,
            "audience_id": audience_id,
            "home_channel_id": channel_id,
            "customer_id": customer_id,
            "origin_customer_id": customer_id,
            "phase": Phase.NEW,
            "status_id": BUILT_IN_STATUS_IDS[Phase.NEW],
            "assignee_id": None,
            "team_id": team_id,
            "category_id": None,
            "priority": Priority.NORMAL,
            "is_complaint": False,
            "is_waiting": False,
            "version": 0,
            "created_at": at,
            "stored_at": at,
            "last_activity_at": at,
            "last_event_at": at,
            "first_reply_at": None,
            "done_at": None,
            "is_counted": True,
            "newest_nature": Nature.MESSAGE,
            "preview": "",
            "has_attachment": False,
            "origin": Origin.LIVE,
        }
        self.messages: list[Row] = []
        self.recipients: list[Row] = []
        self.attachments: list[Row] = []
        self.raws: list[Row] = []
        self.blobs: dict[str, int] = {}
        self.refs: list[Row] = []
        self.outbox: list[Row] = []
        self.events: list[Row] = []
        self.facts: list[Row] = []
        self.spans: list[Row] = []

    def join(self, at: datetime, kind: MessageKind, text: str, **values: Any) -> int:
        """The position of the message."""
        ticket = self.ticket
        ticket["version"] += 1
        ticket["preview"] = preview_of(text) or ticket["preview"]
        if kind is MessageKind.OUTBOUND:
            ticket["newest_nature"] = Nature.MESSAGE
        self.touch(at)
        self.messages.append(
            {
                "ticket_version": ticket["version"],
                "kind": kind,
                "channel_id": ticket["home_channel_id"],
                "author_agent_id": None,
                "author_identity_id": None,
                "subject": "",
                "text": text,
                "html": "",
                "quote_start": None,
                "signature_start": None,
                "mail_id": "",
                "mail_id_hash": None,
                "identity_hash": None,
                "charset": "",
                "problem": "",
                "is_automatic": False,
                "nature": Nature.MESSAGE,
                "can_auto_reply": False,
                "signed_with": "",
                "sender_check": "",
                "sender_check_detail": "",
                "created_at": at,
                "stored_at": at,
                "sent_at": None,
                **values,
            }
        )
        return len(self.messages) - 1

    def record(self, at: datetime, kind: EventKind, by: Actor = SYSTEM, **changes: Any) -> None:
        at = self.ticket["last_event_at"] = max(self.ticket["last_event_at"], at)
        self.events.append(
            {
                "kind": kind,
                "at": at,
                "recorded_at": at,
                "actor_kind": by.kind,
                "actor_id": by.id,
                "depth": 0,
                "origin": Origin.LIVE,
                "changes": changes,
            }
        )

    def note(
        self,
        at: datetime,
        kind: FactKind,
        *,
        since: datetime | None = None,
        message: int | None = None,
        by: Actor = SYSTEM,
        team_ids: tuple[int, ...] = (),
    ) -> None:
        """`team_ids` are the acting agent's."""
        is_agent = by.kind is ActorKind.AGENT
        actor = (by.id if is_agent else None, self._acting_team(team_ids) if is_agent else None)
        if kind is FactKind.REOPENING:
            resolved = [each for each in self.facts if each["kind"] is FactKind.RESOLUTION]
            actor = (resolved[-1]["actor_id"], resolved[-1]["actor_team_id"]) if resolved else (None, None)
        self.facts.append(
            {
                "kind": kind,
                "message_id": message,
                "at": at,
                **(_durations(at, since) if since else NO_DURATIONS),
                "actor_id": actor[0],
                "actor_team_id": actor[1],
                "audience_id": self.ticket["audience_id"],
            }
        )

    def move_to(self, phase: Phase, at: datetime) -> None:
        self.ticket["phase"], self.ticket["status_id"] = phase, BUILT_IN_STATUS_IDS[phase]
        self.ticket["done_at"] = (self.ticket["done_at"] or at) if phase is Phase.DONE else None
        if phase is Phase.DONE:
            self.ticket["newest_nature"] = Nature.MESSAGE
        self.touch(at)

    def touch(self, at: datetime) -> None:
        self.ticket["last_activity_at"] = max(self.ticket["last_activity_at"], at)

    def follow(self) -> None:
        """The end of a unit of work: another state is another span."""
        state = {name: self.ticket[name] for name in STATE}
        last = self.spans[-1] if self.spans else None
        if last is not None and all(last[name] == state[name] for name in STATE):
            return
        at = self.ticket["last_event_at"]
        if last is not None:
            last["to_at"] = at
        self.spans.append({"from_at": at, "to_at": None, **state})

    def waiting_since(self) -> datetime | None:
        """The customer's first words after ours; the newest message is ours, on its way out."""
        since = None
        for message in self.messages[:-1]:
            if message["kind"] is MessageKind.OUTBOUND:
                since = None
            elif message["kind"] in CUSTOMERS_WORDS and not message["is_automatic"] and since is None:
                since = message["created_at"]
        return since

    @property
    def is_done(self) -> bool:
        return self.ticket["phase"] is Phase.DONE

    def _acting_team(self, team_ids: tuple[int, ...]) -> int | None:
        own = self.ticket["team_id"]
        return own if own in team_ids else next(iter(team_ids), None)


def _durations(at: datetime, since: datetime) -> dict[str, int]:
    """In the hours that everybody has at first."""
    seconds = int((at - since).total_seconds())
    calendar = usual_calendar(endpoints.zone())
    counted = calendar.business_seconds(at - timedelta(seconds=seconds), at)
    return {"calendar_seconds": seconds, "business_seconds": counted, "calendar_version": calendar.number}
