from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent, Role
from app.core.clock import now
from app.core.database import insert_into
from app.core.rows import AnyRow
from app.notices.models import Notice, NoticeKind
from app.tickets.history_models import ActorKind, TicketEvent
from app.tickets.message_models import Message
from app.tickets.models import Ticket


async def add_notice(session: AsyncSession, event: TicketEvent, *, agent_id: int, kind: NoticeKind) -> None:
    """Once, however often the log is read."""
    statement = insert_into(session, Notice).values(
        agent_id=agent_id, event_id=event.id, ticket_id=event.ticket_id, kind=kind, created_at=event.recorded_at
    )
    await session.execute(statement.on_conflict_do_nothing())


async def list_notices(
    session: AsyncSession, agent_id: int, *, audience_ids: Sequence[int], limit: int
) -> Sequence[AnyRow]:
    is_agents_act = (Agent.id == TicketEvent.actor_id) & (TicketEvent.actor_kind == ActorKind.AGENT)
    statement = (
        select(
            Notice.kind,
            Notice.ticket_id,
            Notice.created_at,
            Notice.read_at,
            Ticket.subject,
            Agent.name.label("actor_name"),
        )
        .join(Ticket, Ticket.id == Notice.ticket_id)
        .join(TicketEvent, TicketEvent.id == Notice.event_id)
        .outerjoin(Agent, is_agents_act)
        .where(Notice.agent_id == agent_id, Ticket.audience_id.in_(audience_ids))
        .order_by(Notice.id.desc())
        .limit(limit)
    )
    return (await session.execute(statement)).all()


async def mark_read(session: AsyncSession, agent_id: int) -> None:
    is_unread = (Notice.agent_id == agent_id, Notice.read_at.is_(None))
    await session.execute(update(Notice).where(*is_unread).values(read_at=now()))


async def find_assignee(session: AsyncSession, ticket_id: int) -> int | None:
    return await session.scalar(select(Ticket.assignee_id).where(Ticket.id == ticket_id))


async def find_author(session: AsyncSession, message_id: int | None) -> int | None:
    return await session.scalar(select(Message.author_agent_id).where(Message.id == message_id))


async def find_audience(session: AsyncSession, ticket_id: int) -> int | None:
    return await session.scalar(select(Ticket.audience_id).where(Ticket.id == ticket_id))


async def list_agents_of(session: AsyncSession, role: Role) -> Sequence[Agent]:
    """The active ones of one role."""
    statement = select(Agent).where(Agent.role == role, Agent.disabled_at.is_(None)).order_by(Agent.id)
    return (await session.scalars(statement)).all()
