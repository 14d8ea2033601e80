"""「マイページ」: what an agent looks at first, every line of it a way to the work (EXPERIENCE, the morning)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audiences import Viewer
from app.bulletin.views import AnnouncementView, NoteView, read_announcements, read_notes
from app.core.rows import AnyRow
from app.escalations.views import Asked, read_asked
from app.inbox import home_queries, row_queries
from app.inbox.desk import Sight
from app.inbox.service import position_of
from app.inbox.troubles import MailboxTrouble
from app.inbox.words import status_name
from app.outbox.models import OutboxState
from app.tasks.views import Promised, read_promised

SNIPPET = 80


@dataclass(frozen=True, slots=True)
class About:
    """The ticket that a line is about."""

    number: int
    subject: str
    customer: str


@dataclass(frozen=True, slots=True)
class DraftLine:
    ticket: About
    saved_at: datetime
    text: str
    is_overtaken: bool


@dataclass(frozen=True, slots=True)
class SendLine:
    ticket: About
    entry_id: int
    state: OutboxState
    error: str
    at: datetime
    author: str
    """Empty for one's own."""


@dataclass(frozen=True, slots=True)
class MentionLine:
    ticket: About
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class WaitingLine:
    ticket: About
    since: datetime


@dataclass(frozen=True, slots=True)
class HeldLine:
    ticket: About
    status: str
    reason: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class AbsentLine:
    name: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Home:
    position: str
    mailboxes: Sequence[MailboxTrouble]
    promised: Promised
    """Whom to call back, and when."""
    asked: Asked
    """What one is asked, and what one asked and waits for."""
    sends: Sequence[SendLine]
    overdue: Sequence[WaitingLine]
    bounced: Sequence[WaitingLine]
    drafts: Sequence[DraftLine]
    mentions: Sequence[MentionLine]
    mine: Sequence[WaitingLine]
    unassigned: Sequence[WaitingLine]
    held: Sequence[HeldLine]
    notes: Sequence[NoteView]
    announcements: Sequence[AnnouncementView]
    absent: Sequence[AbsentLine]

    @property
    def is_calm(self) -> bool:
        """Nothing is burning."""
        urgent = (
            self.mailboxes
            or self.sends
            or self.overdue
            or self.bounced
            or self.promised.is_urgent
            or self.asked.of_me
            or self.asked.is_urgent
        )
        return not (urgent or self.drafts or self.mentions or self.mine or self.unassigned)


async def read_home(session: AsyncSession, sight: Sight) -> Home:
    viewer = sight.viewer
    moment = await row_queries.read_moment(session)
    return Home(
        position=position_of(moment),
        mailboxes=sight.troubled,
        promised=await read_promised(session, viewer),
        asked=await read_asked(session, viewer),
        sends=[_send(row, viewer) for row in await home_queries.list_undecided(session, viewer)],
        overdue=[WaitingLine(_about(row), row.since) for row in await home_queries.list_overdue(session, viewer)],
        bounced=[WaitingLine(_about(row), row.since) for row in await home_queries.list_bounced(session, viewer)],
        drafts=[_draft(row) for row in await home_queries.list_drafts(session, viewer)],
        mentions=[MentionLine(_about(row), row.at, row.by or "") for row in await _mentions(session, viewer)],
        mine=[WaitingLine(_about(row), row.since) for row in await home_queries.list_my_waiting(session, viewer)],
        unassigned=[WaitingLine(_about(row), row.since) for row in await home_queries.list_unassigned(session, viewer)],
        held=[_held(row) for row in await home_queries.list_held(session, viewer)],
        notes=await read_notes(session, viewer),
        announcements=await read_announcements(session, viewer.agent.id),
        absent=[AbsentLine(row.name, row.absent_until) for row in await home_queries.list_absent(session, viewer)],
    )


async def read_bars(session: AsyncSession, viewer: Viewer) -> list[AnnouncementView]:
    """What is important stands above the desk until one says that one read it."""
    found = await read_announcements(session, viewer.agent.id)
    return [each for each in found if each.is_important and not each.is_read]


async def _mentions(session: AsyncSession, viewer: Viewer) -> Sequence[AnyRow]:
    """One line for each ticket, of the newest mention."""
    rows = await home_queries.list_mentions(session, viewer)
    return list({row.number: row for row in reversed(rows)}.values())[::-1]


def _about(row: AnyRow) -> About:
    return About(row.number, row.subject, row.customer or "")


def _send(row: AnyRow, viewer: Viewer) -> SendLine:
    author = "" if row.author_id == viewer.agent.id else row.author or ""
    return SendLine(_about(row), row.entry_id, row.state, row.error, row.at, author)


def _draft(row: AnyRow) -> DraftLine:
    text = " ".join(str(row.body.get("text", "")).split())
    return DraftLine(_about(row), row.saved_at, text[:SNIPPET], row.is_overtaken)


def _held(row: AnyRow) -> HeldLine:
    return HeldLine(_about(row), status_name(row.status_key, row.name), row.hold_reason, row.snoozed_until)
