"""Marks, columns, and what they are made from."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.database import insert_into
from app.core.inserting import insert_rows
from app.core.rows import AnyRow
from app.customers.models import Customer
from app.tallies.models import VERSION, DayColumn, Tally, TallyState
from app.tickets.history_models import DirtyDay, ReportFact, TicketSpan

AT_ONCE = 500


async def list_dirty_days(session: AsyncSession, first: date, last: date) -> Sequence[date]:
    """Days of UTC."""
    found = select(DirtyDay.day).distinct().where(DirtyDay.day >= first, DirtyDay.day <= last)
    return (await session.scalars(found.order_by(DirtyDay.day))).all()


async def list_marked_days(session: AsyncSession) -> Sequence[date]:
    return (await session.scalars(select(DirtyDay.day).distinct().order_by(DirtyDay.day))).all()


async def list_marks(session: AsyncSession, day: date) -> Sequence[int]:
    return (await session.scalars(select(DirtyDay.id).where(DirtyDay.day == day).order_by(DirtyDay.id))).all()


async def count_marks(session: AsyncSession) -> tuple[int, int]:
    """How many there are and the newest: with the generation, whether anything was counted or changed meanwhile."""
    row = (await session.execute(select(func.count(), func.coalesce(func.max(DirtyDay.id), 0)))).one()
    return row[0], row[1]


async def delete_marks(session: AsyncSession, mark_ids: Sequence[int]) -> None:
    for start in range(0, len(mark_ids), AT_ONCE):
        await session.execute(delete(DirtyDay).where(DirtyDay.id.in_(mark_ids[start : start + AT_ONCE])))


async def find_generation(session: AsyncSession, zone: str) -> int | None:
    """None where the columns are of no zone yet, of another, or of an older version."""
    found = select(TallyState.generation).where(TallyState.zone == zone, TallyState.version == VERSION)
    return await session.scalar(found)


async def take_generation(session: AsyncSession, zone: str, generation: int) -> bool:
    """Whether nobody has counted since: of several who count, the first one writes."""
    statement = update(TallyState).where(TallyState.zone == zone, TallyState.generation == generation)
    return await session.scalar(statement.values(generation=generation + 1).returning(TallyState.zone)) is not None


async def begin_anew(session: AsyncSession, zone: str) -> None:
    """The columns are of this zone and of this version from now on."""
    await session.execute(delete(TallyState).where(TallyState.zone != zone))
    statement = insert_into(session, TallyState).values(zone=zone, version=VERSION, generation=1)
    grown = {"generation": TallyState.generation + 1, "version": VERSION}
    await session.execute(statement.on_conflict_do_update(index_elements=[TallyState.zone], set_=grown))


async def forget_all(session: AsyncSession) -> None:
    """Neither columns nor whose they are: whoever counts next begins anew."""
    await session.execute(delete(TallyState))
    await session.execute(delete(DayColumn))


async def mark_days(session: AsyncSession, days: Collection[date]) -> None:
    await insert_rows(session, DirtyDay, [{"day": day} for day in sorted(days)])


async def find_history(session: AsyncSession) -> tuple[datetime, datetime] | None:
    """From the first to the last of what tallies are made of."""
    found = [
        (await session.execute(select(func.min(column), func.max(column)))).one()
        for column in (ReportFact.at, TicketSpan.from_at)
    ]
    instants = [each for row in found for each in row if each is not None]
    return (min(instants), max(instants)) if instants else None


async def find_days(session: AsyncSession) -> tuple[date, date] | None:
    """The first and the last one that has columns."""
    row = (await session.execute(select(func.min(DayColumn.day), func.max(DayColumn.day)))).one()
    return (row[0], row[1]) if row[0] is not None else None


async def write_day(session: AsyncSession, day: date, rows: Sequence[dict[str, Any]]) -> None:
    for tally in Tally:
        names = {row["name"] for row in rows if row["tally"] is tally}
        known = (DayColumn.tally == tally, DayColumn.name.in_(sorted(names)), DayColumn.day == day)
        await session.execute(delete(DayColumn).where(*known))
    await insert_rows(session, DayColumn, [{**row, "day": day} for row in rows])


async def list_columns(
    session: AsyncSession, tally: Tally, names: Collection[str], days: tuple[date | None, date], *, lasting: date | None
) -> Sequence[AnyRow]:
    """Day, name and data; with `lasting` only of days something of which lasted to it."""
    statement = select(DayColumn.day, DayColumn.name, DayColumn.data).where(
        DayColumn.tally == tally, DayColumn.name.in_(sorted(names)), DayColumn.day <= days[1]
    )
    if days[0] is not None:
        statement = statement.where(DayColumn.day >= days[0])
    if lasting is not None:
        statement = statement.where(DayColumn.last_day.is_(None) | (DayColumn.last_day >= lasting))
    return (await session.execute(statement.order_by(DayColumn.day))).all()


async def list_companies(session: AsyncSession) -> Sequence[AnyRow]:
    """Ids of customers with their companies, where they have one."""
    found = select(Customer.id, Customer.company).where(Customer.company != "")
    return (await session.execute(found.order_by(Customer.id))).all()
