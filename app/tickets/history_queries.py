from collections import Counter
from collections.abc import Collection, Sequence
from datetime import UTC, date
from typing import Any

from sqlalchemy import Integer, bindparam, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.database import insert_into
from app.core.inserting import insert_rows
from app.tickets.history_models import Count, CountDelta, DirtyDay, FactKind, ReportFact, TicketEvent, TicketSpan
from app.tickets.models import Ticket

Rows = list[dict[str, Any]]

EVENTS_AFTER = (
    select(TicketEvent)
    .where(TicketEvent.id > bindparam("position"))
    .order_by(TicketEvent.id)
    .limit(bindparam("limit", type_=Integer))
)

FACTS_AT = select(ReportFact.at).where(ReportFact.ticket_id.in_(bindparam("ticket_ids", expanding=True)))
LAST_RESOLUTION = (
    select(ReportFact.actor_id, ReportFact.actor_team_id)
    .where(ReportFact.ticket_id == bindparam("ticket_id"), ReportFact.kind == FactKind.RESOLUTION)
    .order_by(ReportFact.at.desc(), ReportFact.id.desc())
    .limit(1)
)


async def add_events(session: AsyncSession, events: Rows) -> None:
    await insert_rows(session, TicketEvent, events)


async def add_facts(session: AsyncSession, facts: Rows) -> None:
    await insert_rows(session, ReportFact, facts)


async def add_dirty_days(session: AsyncSession, days: Collection[date], ticket_ids: Collection[int]) -> None:
    """These days, and those of all facts of these tickets."""
    at = await session.scalars(FACTS_AT, {"ticket_ids": sorted(ticket_ids)}) if ticket_ids else ()
    found = {*days, *(each.astimezone(UTC).date() for each in at)}
    await insert_rows(session, DirtyDay, [{"day": day} for day in sorted(found)])


async def find_resolver(session: AsyncSession, ticket_id: int) -> tuple[int | None, int | None]:
    """Who resolved it last, and in which team."""
    row = (await session.execute(LAST_RESOLUTION, {"ticket_id": ticket_id})).first()
    return (row[0], row[1]) if row else (None, None)


async def add_count_deltas(session: AsyncSession, deltas: list[dict[str, int]]) -> None:
    await insert_rows(session, CountDelta, deltas)


async def close_spans(session: AsyncSession, tickets: Sequence[Ticket]) -> None:
    for ticket in tickets:
        open_span = (TicketSpan.ticket_id == ticket.id, TicketSpan.to_at.is_(None))
        await session.execute(update(TicketSpan).where(*open_span).values(to_at=ticket.last_event_at))


async def add_spans(session: AsyncSession, spans: Rows) -> None:
    await insert_rows(session, TicketSpan, spans)


async def last_event_id(session: AsyncSession) -> int:
    return await session.scalar(select(func.max(TicketEvent.id))) or 0


async def list_events_after(session: AsyncSession, position: int, *, limit: int) -> Sequence[TicketEvent]:
    return (await session.scalars(EVENTS_AFTER, {"position": position, "limit": limit})).all()


async def fold_counts(session: AsyncSession) -> int:
    """Add the deltas to the counters; returns how many there were. A delta is taken and summed in one statement."""
    taken = (await session.execute(delete(CountDelta).returning(CountDelta.audience_id, CountDelta.delta))).all()
    sums: Counter[int] = Counter()
    for audience_id, delta in taken:
        sums[audience_id] += delta
    for audience_id in sorted(sums):
        await _add_to_count(session, audience_id, sums[audience_id])
    return len(taken)


async def _add_to_count(session: AsyncSession, audience_id: int, delta: int) -> None:
    statement = insert_into(session, Count).values(audience_id=audience_id, done=delta)
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=[Count.audience_id], set_={"done": Count.done + statement.excluded.done}
        )
    )


async def count_done(session: AsyncSession, audience_ids: Sequence[int]) -> int:
    folded = select(func.coalesce(func.sum(Count.done), 0)).where(Count.audience_id.in_(audience_ids))
    waiting = select(func.coalesce(func.sum(CountDelta.delta), 0)).where(CountDelta.audience_id.in_(audience_ids))
    total = await session.scalar(select(folded.scalar_subquery() + waiting.scalar_subquery()))
    return int(total or 0)
