from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.channels.calendar_models import CalendarRecount
from app.core.base import UTCDateTime
from app.core.inserting import table_of
from app.core.leases import lease_clock
from app.core.rows import AnyRow, fetch
from app.sla.models import TicketDeadline
from app.tickets.history_models import ReportFact
from app.tickets.models import Phase, Ticket


class Counted(NamedTuple):
    """A fact in business time; `is_another`: not as it was."""

    id: int
    at: datetime
    seconds: int
    version: int
    is_another: bool


class Lasting(NamedTuple):
    id: int
    at: datetime
    lasted: timedelta
    business_seconds: int | None
    calendar_version: int | None
    home_channel_id: int


HAS_OPEN = (
    select(TicketDeadline.id).where(TicketDeadline.ticket_id == Ticket.id, TicketDeadline.ended_at.is_(None)).exists()
)
FACTS = (
    select(
        ReportFact.id,
        ReportFact.at,
        ReportFact.calendar_seconds,
        ReportFact.business_seconds,
        ReportFact.calendar_version,
        Ticket.home_channel_id,
    )
    .join(Ticket, Ticket.id == ReportFact.ticket_id)
    .where(
        ReportFact.id > bindparam("after"),
        ReportFact.at >= bindparam("since", type_=UTCDateTime),
        ReportFact.calendar_seconds.is_not(None),
    )
    .order_by(ReportFact.id)
    .limit(bindparam("page_limit"))
)


async def find_running(session: AsyncSession) -> CalendarRecount | None:
    """The oldest."""
    statement = select(CalendarRecount).where(CalendarRecount.finished_at.is_(None))
    return await session.scalar(statement.order_by(CalendarRecount.id).limit(1))


async def note_seen(session: AsyncSession, recount_id: int) -> float:
    """When it was first seen, which is now where nobody has yet."""
    first = func.coalesce(CalendarRecount.first_seen, lease_clock(session).now)
    statement = update(CalendarRecount).where(CalendarRecount.id == recount_id).values(first_seen=first)
    returning = statement.returning(CalendarRecount.first_seen).execution_options(synchronize_session=False)
    return float((await session.scalars(returning)).one() or 0)


async def list_facts(
    session: AsyncSession, *, after: int, since: datetime, channel_id: int | None, limit: int
) -> Sequence[Lasting]:
    statement = FACTS if channel_id is None else FACTS.where(Ticket.home_channel_id == channel_id)
    rows = await fetch(session, statement, {"after": after, "since": since, "page_limit": limit})
    return [Lasting(row.id, row.at, timedelta(seconds=row.calendar_seconds), *row[3:]) for row in rows]


async def list_ticket_ids(session: AsyncSession, *, after: int, limit: int) -> list[int]:
    """All that may have a deadline, or has one that it should not have."""
    is_open = Ticket.is_counted.is_(True) & (Ticket.phase != Phase.DONE)
    statement = select(Ticket.id).where(Ticket.id > after, or_(is_open, HAS_OPEN)).order_by(Ticket.id).limit(limit)
    rows: Sequence[AnyRow] = await fetch(session, statement)
    return [row.id for row in rows]


async def claim_facts(session: AsyncSession, recount: CalendarRecount, *, to: int, done: int, changed: int) -> bool:
    """Whoever moves it on first has done it."""
    statement = (
        update(CalendarRecount)
        .where(
            CalendarRecount.id == recount.id,
            CalendarRecount.fact_id == recount.fact_id,
            CalendarRecount.are_facts_done.is_(False),
        )
        .values(fact_id=to, done=CalendarRecount.done + done, changed=CalendarRecount.changed + changed)
        .returning(CalendarRecount.id)
    )
    return await session.scalar(statement.execution_options(synchronize_session=False)) is not None


async def end_facts(session: AsyncSession, recount_id: int) -> None:
    statement = update(CalendarRecount).where(CalendarRecount.id == recount_id).values(are_facts_done=True)
    await session.execute(statement.execution_options(synchronize_session=False))


async def claim_tickets(session: AsyncSession, recount: CalendarRecount, *, to: int, done: int) -> bool:
    statement = (
        update(CalendarRecount)
        .where(
            CalendarRecount.id == recount.id,
            CalendarRecount.ticket_id == recount.ticket_id,
            CalendarRecount.finished_at.is_(None),
        )
        .values(ticket_id=to, done=CalendarRecount.done + done)
        .returning(CalendarRecount.id)
    )
    return await session.scalar(statement.execution_options(synchronize_session=False)) is not None


async def finish(session: AsyncSession, recount_id: int, *, at: datetime) -> None:
    statement = update(CalendarRecount).where(CalendarRecount.id == recount_id).values(finished_at=at)
    await session.execute(statement.execution_options(synchronize_session=False))


async def write_facts(session: AsyncSession, counted: Sequence[Counted]) -> None:
    """In one go."""
    if counted:
        table = table_of(ReportFact)
        statement = update(table).where(table.c.id == bindparam("fact_id"))
        statement = statement.values(business_seconds=bindparam("seconds"), calendar_version=bindparam("version"))
        connection = await session.connection()
        values = [{"fact_id": each.id, "seconds": each.seconds, "version": each.version} for each in counted]
        await connection.execute(statement, values)
