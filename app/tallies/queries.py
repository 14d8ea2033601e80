"""Marks, counters, and what they are counted from."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, bindparam, case, delete, func, literal, literal_column, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.database import insert_into
from app.core.inserting import insert_rows
from app.core.local_time import HOUR, Stretch, day_hour_of, local_hour, weekday_of, whole, whole_seconds
from app.core.rows import AnyRow
from app.tallies.models import NOTHING, DayCount, TallyAxis, TallyState
from app.tickets.classification_models import TicketLabel
from app.tickets.history_models import DirtyDay, FactKind, ReportFact
from app.tickets.models import Ticket

REPLIES = (FactKind.FIRST_REPLY, FactKind.REPLY)
KINDS = (FactKind.ARRIVAL, FactKind.INBOUND, *REPLIES)
MEASURES = ("received", "inbound", "outbound")
KEYS: Mapping[TallyAxis, Any] = {
    TallyAxis.ALL: literal_column("0", Integer),
    TallyAxis.CHANNEL: Ticket.home_channel_id,
    TallyAxis.CATEGORY: Ticket.category_id,
    TallyAxis.ASSIGNEE: Ticket.assignee_id,
    TallyAxis.TEAM: Ticket.team_id,
    TallyAxis.LABEL: TicketLabel.label_id,
}
AT_ONCE = 500
ALL_DAYS = 10**12
"""More seconds than there are since 1970: all days are one stretch."""


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
    """None where the counters are of no zone yet, or of another."""
    return await session.scalar(select(TallyState.generation).where(TallyState.zone == zone))


async def take_generation(session: AsyncSession, zone: str, generation: int) -> bool:
    """Whether nobody has counted since: of several who count, the first one writes."""
    statement = update(TallyState).where(TallyState.zone == zone, TallyState.generation == generation)
    return await session.scalar(statement.values(generation=generation + 1).returning(TallyState.zone)) is not None


async def begin_anew(session: AsyncSession, zone: str) -> None:
    """No counters, and every day that has facts is marked."""
    await session.execute(delete(TallyState).where(TallyState.zone != zone))
    statement = insert_into(session, TallyState).values(zone=zone, generation=1)
    grown = {"generation": TallyState.generation + 1}
    await session.execute(statement.on_conflict_do_update(index_elements=[TallyState.zone], set_=grown))
    await session.execute(delete(DayCount))


async def mark_days(session: AsyncSession, days: Collection[date]) -> None:
    await insert_rows(session, DirtyDay, [{"day": day} for day in sorted(days)])


async def find_fact_span(session: AsyncSession) -> tuple[datetime, datetime] | None:
    row = (await session.execute(select(func.min(ReportFact.at), func.max(ReportFact.at)))).one()
    return (row[0], row[1]) if row[0] is not None else None


async def sum_day(
    session: AsyncSession, begins: datetime, ends: datetime, clock: tuple[Stretch, ...]
) -> list[dict[str, Any]]:
    """Rows of DayCount, but for the day."""
    rows: list[dict[str, Any]] = []
    keys = {**KEYS, TallyAxis.HOUR: day_hour_of(local_hour(ReportFact.at, clock))}
    for axis, key in keys.items():
        found = await session.execute(_sums(axis, key), {"begins": begins, "ends": ends})
        rows += [{"axis": axis, **row._mapping} for row in found]
    return rows


def _sums(axis: TallyAxis, key: Any) -> Any:
    key_id = key if axis is TallyAxis.ALL else func.coalesce(key, literal_column(str(NOTHING)), type_=Integer)
    statement = (
        select(
            Ticket.audience_id.label("audience_id"),
            key_id.label("key_id"),
            _count(ReportFact.kind == FactKind.ARRIVAL).label("received"),
            _count(ReportFact.kind == FactKind.INBOUND).label("inbound"),
            _count(ReportFact.kind.in_(REPLIES)).label("outbound"),
        )
        .select_from(ReportFact)
        .join(Ticket, Ticket.id == ReportFact.ticket_id)
        .where(
            ReportFact.kind.in_(KINDS),
            ReportFact.at >= bindparam("begins", type_=ReportFact.at.type),
            ReportFact.at < bindparam("ends", type_=ReportFact.at.type),
            Ticket.is_counted.is_(True),
        )
    )
    if axis is TallyAxis.LABEL:
        statement = statement.outerjoin(TicketLabel, TicketLabel.ticket_id == Ticket.id)
    return statement.group_by(Ticket.audience_id, *(() if axis is TallyAxis.ALL else (key_id,)))


def _count(condition: ColumnElement[bool]) -> Any:
    return func.sum(case((condition, literal(1)), else_=literal(0)))


async def write_day(session: AsyncSession, day: date, rows: Sequence[Mapping[str, Any]]) -> None:
    await session.execute(delete(DayCount).where(DayCount.day == day))
    await insert_rows(session, DayCount, [{**row, "day": day} for row in rows])


async def sum_counts(
    session: AsyncSession,
    axis: TallyAxis,
    audience_ids: Sequence[int],
    days: tuple[date, date],
    *,
    key_id: int | None,
    stretch: Any,
    but: Collection[date],
) -> Sequence[AnyRow]:
    """Rows of stretch, key and the three counts. `stretch` is how days are put together, as `from_starts` gives it."""
    measures = [func.sum(getattr(DayCount, name)).label(name) for name in MEASURES]
    statement = select(stretch.label("stretch"), DayCount.key_id, *measures).where(
        DayCount.axis == axis,
        DayCount.day >= days[0],
        DayCount.day <= days[1],
        DayCount.audience_id.in_(audience_ids),
    )
    if key_id is not None:
        statement = statement.where(DayCount.key_id == key_id)
    if but:
        statement = statement.where(DayCount.day.not_in(but))
    return (await session.execute(statement.group_by("stretch", DayCount.key_id))).all()


def from_starts(starts: Sequence[date]) -> Any:
    """The place of the stretch that a day is in, by the days on which the further ones begin."""
    if not starts:
        return whole(whole_seconds(DayCount.day), ALL_DAYS)
    steps: list[Any] = [(DayCount.day < start, literal_column(str(place))) for place, start in enumerate(starts)]
    return case(*steps, else_=literal_column(str(len(starts))))


def weekday() -> Any:
    """1 is Monday."""
    return weekday_of(whole(whole_seconds(DayCount.day), HOUR))
