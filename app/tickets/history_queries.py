from collections import Counter
from collections.abc import Collection, Sequence
from datetime import UTC, date
from typing import Any

from sqlalchemy import BindParameter, Integer, bindparam, delete, func, select, union_all, update
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

TICKET_IDS: BindParameter[Any] = bindparam("ticket_ids", expanding=True)
TALLIED_AT = union_all(
    select(ReportFact.at).where(ReportFact.ticket_id.in_(TICKET_IDS)),
    select(TicketSpan.from_at).where(TicketSpan.ticket_id.in_(TICKET_IDS)),
)
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
    """These days, and those of all facts and spans of these tickets."""
    at = await session.scalars(TALLIED_AT, {"ticket_ids": sorted(ticket_ids)}) if ticket_ids else ()
    found = {*days, *(each.astimezone(UTC).date() for each in at)}
    await insert_rows(session, DirtyDay, [{"day": day} for day in sorted(found)])


async def find_resolver(session: AsyncSession, ticket_id: int) -> tuple[int | None, int | None]:
    """Who resolved it last, and in which team."""
    row = (await session.execute(LAST_RESOLUTION, {"ticket_id": ticket_id})).first()
    return (row[0], row[1]) if row else (None, None)


async def add_count_deltas(session: AsyncSession, deltas: list[dict[str, int]]) -> None:
    await insert_rows(session, CountDelta, deltas)


async def close_spans(session: AsyncSession, tickets: Sequence[Ticket]) -> Collection[date]:
    """Returns the days (of UTC) on which they had begun."""
    days: set[date] = set()
    for ticket in tickets:
        open_span = (TicketSpan.ticket_id == ticket.id, TicketSpan.to_at.is_(None))
        closing = update(TicketSpan).where(*open_span).values(to_at=ticket.last_event_at)
        days |= {at.astimezone(UTC).date() for at in await session.scalars(closing.returning(TicketSpan.from_at))}
    return days


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
