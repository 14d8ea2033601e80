"""What the desk tells itself, as plain values for pages and programs."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audiences import Viewer
from app.bulletin import queries
from app.bulletin.models import may_change
from app.core.clock import now

DONE_SHOWN = timedelta(hours=12)
"""How long a note that is done is still shown, so that a wrong click can be taken back."""


@dataclass(frozen=True, slots=True)
class Who:
    """An agent or a team."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class NoteView:
    id: int
    text: str
    author: Who
    team: Who | None
    """None when it is for everybody."""

    ticket_number: int | None
    subject: str
    created_at: datetime
    changed_at: datetime | None
    changed_by: Who | None
    may_change: bool
    """By who reads it."""

    done_at: datetime | None
    done_by: Who | None


@dataclass(frozen=True, slots=True)
class AnnouncementView:
    id: int
    title: str
    text: str
    is_important: bool
    author: str
    shown_from: datetime
    shown_until: datetime | None
    is_read: bool


async def read_notes(session: AsyncSession, viewer: Viewer) -> list[NoteView]:
    return [
        NoteView(
            id=row.id,
            text=row.text,
            author=Who(row.author_id, row.author_name),
            team=Who(row.team_id, row.team_name) if row.team_id else None,
            ticket_number=row.ticket_id,
            subject=row.subject or "",
            created_at=row.created_at,
            changed_at=row.changed_at,
            changed_by=Who(row.changed_by_id, row.changer_name) if row.changed_by_id else None,
            may_change=may_change(row.author_id, viewer.agent),
            done_at=row.done_at,
            done_by=Who(row.done_by_id, row.doer_name) if row.done_by_id else None,
        )
        for row in await queries.list_notes(session, viewer, done_since=now() - DONE_SHOWN)
    ]


async def read_announcements(session: AsyncSession, agent_id: int) -> list[AnnouncementView]:
    return [
        AnnouncementView(
            id=row.id,
            title=row.title,
            text=row.text,
            is_important=row.is_important,
            author=row.author_name,
            shown_from=row.shown_from,
            shown_until=row.shown_until,
            is_read=row.read_at is not None,
        )
        for row in await queries.list_shown(session, agent_id)
    ]
