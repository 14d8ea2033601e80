from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, bindparam, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.accounts.audiences import Viewer
from app.accounts.models import Agent, Team
from app.bulletin.models import Announcement, AnnouncementReading, HandoverNote
from app.core.base import UTCDateTime
from app.core.clock import now
from app.core.database import insert_into
from app.core.errors import NotFound
from app.core.rows import AnyRow, fetch
from app.tickets.models import Ticket

Doer, Changer = aliased(Agent), aliased(Agent)


async def list_notes(session: AsyncSession, viewer: Viewer, *, done_since: datetime) -> Sequence[AnyRow]:
    """What is open, the oldest first, and after it what was done of late, the newest first."""
    statement = (
        select(
            HandoverNote.id,
            HandoverNote.text,
            HandoverNote.created_at,
            HandoverNote.changed_at,
            HandoverNote.changed_by_id,
            Changer.name.label("changer_name"),
            HandoverNote.done_at,
            HandoverNote.ticket_id,
            HandoverNote.author_id,
            Agent.name.label("author_name"),
            HandoverNote.done_by_id,
            Doer.name.label("doer_name"),
            HandoverNote.team_id,
            Team.name.label("team_name"),
            Ticket.subject,
        )
        .join(Agent, Agent.id == HandoverNote.author_id)
        .outerjoin(Changer, Changer.id == HandoverNote.changed_by_id)
        .outerjoin(Doer, Doer.id == HandoverNote.done_by_id)
        .outerjoin(Team, Team.id == HandoverNote.team_id)
        .outerjoin(Ticket, Ticket.id == HandoverNote.ticket_id)
        .where(*_is_seen(viewer), or_(HandoverNote.done_at.is_(None), HandoverNote.done_at > done_since))
        .order_by(HandoverNote.done_at.is_not(None), HandoverNote.done_at.desc(), HandoverNote.id)
    )
    return await fetch(session, statement)


async def get_note(session: AsyncSession, note_id: int, *, viewer: Viewer) -> HandoverNote:
    """The row is held, so that two who mark it done at once do not both do it."""
    statement = (
        select(HandoverNote)
        .outerjoin(Ticket, Ticket.id == HandoverNote.ticket_id)
        .where(HandoverNote.id == note_id, *_is_seen(viewer))
        .with_for_update(of=HandoverNote)
    )
    note = await session.scalar(statement)
    if note is None:
        raise NotFound(note_id=note_id)
    return note


def _is_seen(viewer: Viewer) -> tuple[ColumnElement[bool], ...]:
    """One about a ticket that the viewer does not see does not exist for them (G2)."""
    is_visible = or_(HandoverNote.ticket_id.is_(None), Ticket.audience_id.in_(viewer.audience_ids))
    if viewer.sees_all:
        return (is_visible,)
    return (is_visible, or_(HandoverNote.team_id.is_(None), HandoverNote.team_id.in_(viewer.team_ids)))


def is_shown(at: datetime | ColumnElement[datetime]) -> tuple[ColumnElement[bool], ...]:
    """Of an announcement."""
    return (
        Announcement.archived_at.is_(None),
        Announcement.shown_from <= at,
        or_(Announcement.shown_until.is_(None), Announcement.shown_until > at),
    )


SHOWN = (
    select(
        Announcement.id,
        Announcement.title,
        Announcement.text,
        Announcement.is_important,
        Announcement.shown_from,
        Announcement.shown_until,
        Agent.name.label("author_name"),
        AnnouncementReading.at.label("read_at"),
    )
    .join(Agent, Agent.id == Announcement.author_id)
    .outerjoin(
        AnnouncementReading,
        (AnnouncementReading.announcement_id == Announcement.id)
        & (AnnouncementReading.agent_id == bindparam("agent_id", type_=BigInteger)),
    )
    .where(*is_shown(bindparam("at", type_=UTCDateTime)))
    .order_by(
        AnnouncementReading.at.is_not(None),
        Announcement.is_important.desc(),
        Announcement.shown_from.desc(),
        Announcement.id.desc(),
    )
)


async def list_shown(session: AsyncSession, agent_id: int) -> Sequence[AnyRow]:
    """What is important and not read comes first."""
    return await fetch(session, SHOWN, {"agent_id": agent_id, "at": now()})


async def list_all(session: AsyncSession) -> Sequence[AnyRow]:
    """Also what is over and what is still to come; with how many active agents read it."""
    readers = (
        select(func.count())
        .select_from(AnnouncementReading)
        .join(Agent, Agent.id == AnnouncementReading.agent_id)
        .where(AnnouncementReading.announcement_id == Announcement.id, Agent.disabled_at.is_(None))
    )
    statement = select(Announcement, readers.scalar_subquery().label("reader_count"))
    statement = statement.where(Announcement.archived_at.is_(None))
    return (await session.execute(statement.order_by(Announcement.shown_from.desc(), Announcement.id.desc()))).all()


async def count_readers(session: AsyncSession) -> int:
    """How many there are who could read one."""
    statement = select(func.count()).select_from(Agent).where(Agent.disabled_at.is_(None))
    return await session.scalar(statement) or 0


async def list_readers(session: AsyncSession, announcement_id: int) -> Sequence[AnyRow]:
    """Every active agent, with when they said that they read it; who has not comes first."""
    is_read = (AnnouncementReading.agent_id == Agent.id) & (AnnouncementReading.announcement_id == announcement_id)
    statement = (
        select(Agent.id, Agent.name, AnnouncementReading.at)
        .outerjoin(AnnouncementReading, is_read)
        .where(Agent.disabled_at.is_(None))
        .order_by(AnnouncementReading.at.is_not(None), Agent.name, Agent.id)
    )
    return await fetch(session, statement)


async def get_announcement(session: AsyncSession, announcement_id: int) -> Announcement:
    announcement = await session.get(Announcement, announcement_id)
    if announcement is None:
        raise NotFound(announcement_id=announcement_id)
    return announcement


async def add_reading(session: AsyncSession, announcement_id: int, agent_id: int) -> None:
    """Once; the first time stays."""
    statement = insert_into(session, AnnouncementReading).values(
        announcement_id=announcement_id, agent_id=agent_id, at=now()
    )
    await session.execute(statement.on_conflict_do_nothing())


async def has_turned(session: AsyncSession, *, since: datetime, until: datetime) -> bool:
    """Whether the time of an announcement came or went."""
    moments = or_(
        Announcement.shown_from.between(since, until),
        Announcement.shown_until.between(since, until),
    )
    return bool(await session.scalar(select(exists().where(Announcement.archived_at.is_(None), moments))))
