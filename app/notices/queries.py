from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, bindparam, case, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent, AudienceChannel, Role, TeamChannel, TeamMember
from app.core.clock import now
from app.core.database import insert_into
from app.core.rows import AnyRow, AnySelect, fetch
from app.notices.models import Notice, NoticeKind
from app.notices.watching_models import NoticeChoice, Watcher
from app.notices.ways import Chosen, Ways
from app.tickets.history_models import ActorKind, TicketEvent
from app.tickets.message_models import Message
from app.tickets.models import Phase, Ticket

LINES: AnySelect = (
    select(
        Notice.id,
        Notice.kind,
        Notice.ticket_id,
        Notice.created_at,
        Notice.read_at,
        Notice.escalation_id,
        Agent.name.label("actor_name"),
    )
    .join(Ticket, Ticket.id == Notice.ticket_id)
    .join(TicketEvent, TicketEvent.id == Notice.event_id)
    .outerjoin(Agent, (Agent.id == TicketEvent.actor_id) & (TicketEvent.actor_kind == ActorKind.AGENT))
)

CONCERNED = (
    select(Ticket.audience_id, Ticket.is_counted, Ticket.phase, Ticket.assignee_id, Watcher.agent_id)
    .outerjoin(Watcher, Watcher.ticket_id == Ticket.id)
    .where(Ticket.id == bindparam("ticket_id"))
    .order_by(Watcher.agent_id)
)


class Concerned(NamedTuple):
    """A ticket, and who is told of what happens on it."""

    audience_id: int
    is_counted: bool
    phase: Phase
    assignee_id: int | None
    watcher_ids: Sequence[int]


async def find_concerned(session: AsyncSession, ticket_id: int) -> Concerned | None:
    rows = await fetch(session, CONCERNED, {"ticket_id": ticket_id})
    if not rows:
        return None
    audience_id, is_counted, phase, assignee_id, _ = rows[0]
    watchers = [row.agent_id for row in rows if row.agent_id is not None]
    return Concerned(audience_id, is_counted, phase, assignee_id, watchers)


async def add_notice(
    session: AsyncSession,
    event: TicketEvent,
    *,
    agent_id: int,
    kind: NoticeKind,
    ways: Ways,
    escalation_id: int | None = None,
) -> None:
    """Once, however often the log is read."""
    statement = insert_into(session, Notice).values(
        agent_id=agent_id,
        event_id=event.id,
        ticket_id=event.ticket_id,
        kind=kind,
        escalation_id=escalation_id,
        created_at=event.recorded_at,
        is_in_desk=ways.in_desk,
        is_on_desktop=ways.on_desktop,
        is_by_mail=ways.by_mail,
    )
    await session.execute(statement.on_conflict_do_nothing())


async def list_notices(
    session: AsyncSession, agent_id: int, *, audience_ids: Sequence[int], limit: int
) -> Sequence[AnyRow]:
    """Those behind the bell, the newest first."""
    is_shown = (Notice.agent_id == agent_id, Notice.is_in_desk.is_(True), *is_visible(audience_ids))
    return (await session.execute(lines(audience_ids).where(*is_shown).order_by(Notice.id.desc()).limit(limit))).all()


async def list_for_desktop(
    session: AsyncSession, agent_id: int, *, audience_ids: Sequence[int], after: int, since: datetime, limit: int
) -> Sequence[AnyRow]:
    """Unread ones that came after a notice, the newest first; what lay for long is behind the bell only."""
    statement = lines(audience_ids).where(
        Notice.agent_id == agent_id,
        Notice.id > after,
        Notice.created_at >= since,
        Notice.is_on_desktop.is_(True),
        Notice.read_at.is_(None),
        *is_visible(audience_ids),
    )
    return (await session.execute(statement.order_by(Notice.id.desc()).limit(limit))).all()


async def mark_read(
    session: AsyncSession, agent_id: int, *, ticket_id: int | None = None, escalation_id: int | None = None
) -> None:
    """All of an agent's, or those about one ticket, or one question."""
    statement = update(Notice).where(Notice.agent_id == agent_id, Notice.read_at.is_(None))
    if escalation_id is not None:
        statement = statement.where(Notice.escalation_id == escalation_id)
    if ticket_id is not None:
        statement = statement.where(Notice.ticket_id == ticket_id)
    await session.execute(statement.values(read_at=now()))


async def has_unread(session: AsyncSession, agent_id: int, ticket_id: int) -> bool:
    is_unread = (Notice.agent_id == agent_id, Notice.ticket_id == ticket_id, Notice.read_at.is_(None))
    return await session.scalar(select(Notice.id).where(*is_unread).limit(1)) is not None


async def find_message(session: AsyncSession, message_id: int | None) -> AnyRow | None:
    """Who wrote it, whether a machine did, what sort of mail it is, and its place on its ticket."""
    statement = select(Message.author_agent_id, Message.is_automatic, Message.nature, Message.ticket_version)
    return (await session.execute(statement.where(Message.id == message_id))).one_or_none()


async def list_seeing(
    session: AsyncSession, audience_id: int, agent_ids: Collection[int] | None = None
) -> Sequence[Agent]:
    """The active agents, or those among some, who see the tickets of an audience (MODEL 16)."""
    owners = select(TeamChannel.team_id).where(TeamChannel.channel_id == AudienceChannel.channel_id)
    members = (
        owners.join(TeamMember, TeamMember.team_id == TeamChannel.team_id)
        .where(TeamMember.agent_id == Agent.id)
        .correlate(AudienceChannel, Agent)
    )
    seen = select(AudienceChannel.channel_id).where(
        AudienceChannel.audience_id == audience_id, or_(~owners.exists(), members.exists())
    )
    statement = select(Agent).where(Agent.disabled_at.is_(None), or_(Agent.role == Role.ADMIN, seen.exists()))
    if agent_ids is not None:
        statement = statement.where(Agent.id.in_(agent_ids))
    return (await session.scalars(statement.order_by(Agent.name, Agent.id))).all()


async def list_active(session: AsyncSession, agent_ids: Collection[int]) -> Sequence[int]:
    statement = select(Agent.id).where(Agent.id.in_(agent_ids), Agent.disabled_at.is_(None))
    return (await session.scalars(statement.order_by(Agent.id))).all()


async def list_chosen(session: AsyncSession, agent_ids: Collection[int]) -> Chosen:
    statement = select(NoticeChoice).where(NoticeChoice.agent_id.in_(agent_ids))
    return {
        (each.agent_id, each.kind): Ways(each.in_desk, each.on_desktop, each.by_mail)
        for each in await session.scalars(statement)
    }


def is_visible(audience_ids: Sequence[int]) -> tuple[ColumnElement[bool], ...]:
    """What one may no longer see, and what lies in spam or the trash, is told to nobody; what one is asked oneself is
    told without the ticket."""
    return (or_(_is_seen(audience_ids), Notice.escalation_id.is_not(None)),)


def _is_seen(audience_ids: Sequence[int]) -> ColumnElement[bool]:
    return and_(Ticket.audience_id.in_(audience_ids), Ticket.is_counted.is_(True))


def lines(audience_ids: Sequence[int]) -> AnySelect:
    """Of a ticket that one does not see neither subject nor words."""
    is_seen = _is_seen(audience_ids)
    shown = (case((is_seen, column), else_="").label(column.key) for column in (Ticket.subject, Ticket.preview))
    return LINES.add_columns(*shown, is_seen.label("is_seen"))
