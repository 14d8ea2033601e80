from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.tickets.history_models import ActorKind, EventKind, FactKind, ReportFact, TicketEvent


async def find_event(session: AsyncSession, ticket_id: int, event_id: int) -> TicketEvent | None:
    return await session.scalar(
        select(TicketEvent).where(TicketEvent.id == event_id, TicketEvent.ticket_id == ticket_id)
    )


async def find_own_newest(
    session: AsyncSession, ticket_id: int, *, agent_id: int, kinds: Collection[EventKind], since: datetime
) -> TicketEvent | None:
    """What this agent did last on the ticket, of these kinds; not what followed from it by itself."""
    statement = select(TicketEvent).where(
        TicketEvent.ticket_id == ticket_id,
        TicketEvent.actor_kind == ActorKind.AGENT,
        TicketEvent.actor_id == agent_id,
        TicketEvent.kind.in_(kinds),
        TicketEvent.recorded_at >= since,
    )
    newest = await session.scalars(statement.order_by(TicketEvent.id.desc()).limit(2))
    return next((event for event in newest if "follows" not in event.changes), None)


async def find_next(session: AsyncSession, event: TicketEvent, kinds: Collection[EventKind]) -> TicketEvent | None:
    """The first of these kinds after it, on its ticket."""
    statement = select(TicketEvent).where(
        TicketEvent.ticket_id == event.ticket_id, TicketEvent.id > event.id, TicketEvent.kind.in_(kinds)
    )
    return await session.scalar(statement.order_by(TicketEvent.id).limit(1))


async def has_newer(session: AsyncSession, ticket_id: int, event_id: int, kinds: Collection[EventKind]) -> bool:
    statement = select(TicketEvent.id).where(
        TicketEvent.ticket_id == ticket_id, TicketEvent.id > event_id, TicketEvent.kind.in_(kinds)
    )
    return await session.scalar(statement.limit(1)) is not None


async def find_last_fact_at(session: AsyncSession, ticket_id: int, kind: FactKind) -> datetime | None:
    is_meant = (ReportFact.ticket_id == ticket_id, ReportFact.kind == kind)
    return await session.scalar(select(ReportFact.at).where(*is_meant).order_by(ReportFact.id.desc()).limit(1))


async def delete_last_fact(session: AsyncSession, ticket_id: int, kind: FactKind) -> Sequence[datetime]:
    """When it had been, if there was one."""
    is_meant = (ReportFact.ticket_id == ticket_id, ReportFact.kind == kind)
    last = select(ReportFact.id).where(*is_meant).order_by(ReportFact.id.desc()).limit(1)
    deleted = delete(ReportFact).where(ReportFact.id == last.scalar_subquery()).returning(ReportFact.at)
    return (await session.scalars(deleted)).all()
