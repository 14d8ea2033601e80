"""What the desk tells itself: 「申し送り」 of one shift to the next, and announcements of the admins (B14)."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import audit
from app.accounts import queries as account_queries
from app.accounts.audiences import Viewer
from app.accounts.models import Agent
from app.bulletin import queries
from app.bulletin.errors import EndsBeforeItBegins
from app.bulletin.forms import AnnouncementForm, HandoverForm
from app.bulletin.models import Announcement, HandoverNote
from app.core.clock import now, rfc3339
from app.core.errors import Forbidden, NotFound
from app.live.signals import signal_desk
from app.tickets import queries as ticket_queries
from app.tickets.errors import Unknown

LOOK_EVERY = timedelta(minutes=1)

Noted = tuple[dict[str, Any], str]
"""What the audit log tells of an announcement, and its words, of which it tells only that they are others."""


async def hand_over(session: AsyncSession, form: HandoverForm, *, viewer: Viewer) -> HandoverNote:
    await _require_team(session, form.team_id)
    await _require_ticket(session, form.ticket_number, viewer)
    note = HandoverNote(team_id=form.team_id, ticket_id=form.ticket_number, author_id=viewer.agent.id, text=form.text)
    session.add(note)
    await session.flush()
    await signal_desk(session)
    return note


async def reword(session: AsyncSession, note: HandoverNote, form: HandoverForm, *, viewer: Viewer) -> None:
    """By its writer, or a lead. The audit log says who changed it. Raises Forbidden."""
    if not note.may_be_changed_by(viewer.agent):
        raise Forbidden(note_id=note.id)
    await _require_team(session, form.team_id)
    await _require_ticket(session, form.ticket_number, viewer)
    before, words = _noted_of(note), note.text
    note.text, note.team_id, note.ticket_id = form.text, form.team_id, form.ticket_number
    if (before, words) != (_noted_of(note), note.text):
        note.changed_at, note.changed_by_id = now(), viewer.agent.id
        changes = audit.differences(before, _noted_of(note)) | audit.rewriting(words, note.text)
        audit.note_setting(session, HandoverNote.__tablename__, note.id, by=viewer.agent, **changes)
        await signal_desk(session)


def _noted_of(note: HandoverNote) -> dict[str, Any]:
    return {"team_id": note.team_id, "ticket_id": note.ticket_id}


async def mark_done(session: AsyncSession, note: HandoverNote, *, by: Agent) -> None:
    """Who did it first stays the one."""
    if note.done_at is None:
        note.done_at, note.done_by_id = now(), by.id
        await signal_desk(session)


async def reopen(session: AsyncSession, note: HandoverNote) -> None:
    if note.done_at is not None:
        note.done_at = note.done_by_id = None
        await signal_desk(session)


async def announce(session: AsyncSession, form: AnnouncementForm, *, by: Agent, zone: ZoneInfo) -> Announcement:
    announcement = Announcement(author_id=by.id)
    _write(announcement, form, zone)
    session.add(announcement)
    await session.flush()
    _note(session, announcement, ({}, ""), by=by)
    await signal_desk(session)
    return announcement


async def change(
    session: AsyncSession, announcement: Announcement, form: AnnouncementForm, *, by: Agent, zone: ZoneInfo
) -> None:
    """Who has read it has read it, also when it is put in other words."""
    before = _noted(announcement)
    _write(announcement, form, zone)
    _note(session, announcement, before, by=by)
    await signal_desk(session)


async def archive(session: AsyncSession, announcement: Announcement, *, is_archived: bool, by: Agent) -> None:
    before = _noted(announcement)
    announcement.archived_at = now() if is_archived else None
    _note(session, announcement, before, by=by)
    await signal_desk(session)


async def read(session: AsyncSession, announcement_id: int, *, by: Agent) -> None:
    """「読みました」. Raises NotFound for what is not shown."""
    if all(row.id != announcement_id for row in await queries.list_shown(session, by.id)):
        raise NotFound(announcement_id=announcement_id)
    await queries.add_reading(session, announcement_id, by.id)
    await signal_desk(session)


async def tell_of_turns(session: AsyncSession) -> None:
    """Pages show an announcement when its time has come, and no longer than that."""
    if await queries.has_turned(session, since=now() - LOOK_EVERY, until=now()):
        await signal_desk(session)


def _write(announcement: Announcement, form: AnnouncementForm, zone: ZoneInfo) -> None:
    """Raises EndsBeforeItBegins, with nothing changed."""
    if form.shown_until is not None and form.shown_until < form.shown_from:
        raise EndsBeforeItBegins
    announcement.title, announcement.text = form.title, form.text
    announcement.is_important = form.is_important
    announcement.shown_from = _midnight(form.shown_from, zone)
    last = form.shown_until
    announcement.shown_until = _midnight(last + timedelta(days=1), zone) if last else None


def last_day(announcement: Announcement, zone: ZoneInfo) -> date | None:
    """The last day on which it is shown; None while it is shown until somebody removes it."""
    end = announcement.shown_until
    return None if end is None else (end.astimezone(zone) - timedelta(microseconds=1)).date()


def _note(session: AsyncSession, announcement: Announcement, before: Noted, *, by: Agent) -> None:
    """For the audit log, which holds no text."""
    after, words = _noted(announcement)
    changes = audit.differences(before[0], after) | audit.rewriting(before[1], words)
    audit.note_setting(session, Announcement.__tablename__, announcement.id, by=by, **changes)


def _noted(announcement: Announcement) -> Noted:
    values = {
        "is_important": announcement.is_important,
        "shown_from": rfc3339(announcement.shown_from),
        "shown_until": rfc3339(announcement.shown_until),
        "is_removed": announcement.archived_at is not None,
    }
    return values, "\n".join(filter(None, (announcement.title, announcement.text)))


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


async def _require_team(session: AsyncSession, team_id: int | None) -> None:
    team = await account_queries.find_team(session, team_id) if team_id else None
    if team_id and (team is None or team.archived_at is not None):
        raise Unknown("team_id")


async def _require_ticket(session: AsyncSession, number: int | None, viewer: Viewer) -> None:
    ticket = await ticket_queries.find_ticket(session, number) if number else None
    if number and (ticket is None or ticket.audience_id not in viewer.audience_ids):
        raise Unknown("ticket_number")
