"""What is counted from the facts themselves: right for every condition and at every moment, if not the fastest."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    String,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.local_time import day_hour_of, local, local_hour, weekday_of, whole, whole_seconds
from app.core.rows import AnyRow, AnySelect
from app.customers.models import Customer
from app.inbox.counting_queries import of_actor, reply_count_of
from app.inbox.list_queries import Selection, meaning_of
from app.reports.intervals import DAYS_TO_MONDAY, WEEK, Slots, clock_of
from app.reports.values import Axis, Interval, Period, Question
from app.tickets.classification_models import TicketLabel
from app.tickets.history_models import FactKind, ReportFact
from app.tickets.models import Ticket

OF_TICKET: Mapping[Axis, Any] = {
    Axis.CHANNEL: Ticket.home_channel_id,
    Axis.CATEGORY: Ticket.category_id,
    Axis.ASSIGNEE: Ticket.assignee_id,
    Axis.TEAM: Ticket.team_id,
    Axis.LABEL: TicketLabel.label_id,
    Axis.COMPANY: Customer.company,
    Axis.STATUS: Ticket.status_id,
    Axis.PRIORITY: Ticket.priority,
}
OF_ACTOR: Mapping[Axis, Any] = {
    **OF_TICKET,
    Axis.ASSIGNEE: ReportFact.actor_id,
    Axis.TEAM: ReportFact.actor_team_id,
}
"""Who acted, and their team then."""


@dataclass(frozen=True, slots=True)
class Acts:
    """Facts of a period: of which kinds, whose tickets', and by what they are told apart."""

    selection: Selection
    period: Period
    kinds: Collection[FactKind]
    axes: Sequence[Axis] = ()
    slots: Slots | None = None
    is_by_actor: bool = False
    """Whether assignee and team are those who acted, or those who have the ticket now."""

    @classmethod
    def of(cls, question: Question, kinds: Collection[FactKind], slots: Slots | None, **others: Any) -> "Acts":
        return cls(question.selection, question.period, kinds, question.by, slots, **others)


async def count_acts(session: AsyncSession, acts: Acts) -> Sequence[AnyRow]:
    """Rows of number of the slot (where there are slots), keys of the axes, kind, total."""
    counted = func.count().label("total")
    return await _grouped(session, acts, [ReportFact.kind], [counted])


async def list_durations(session: AsyncSession, acts: Acts) -> Sequence[AnyRow]:
    """Number of the slot, keys, kind, all durations of the group as `3,14,15`, in calendar and in business time, and
    how many had a deadline and met it. So a row is a group's: a row for each act takes ten times as long."""
    groups = [*_keys(acts), ReportFact.kind]
    measures = [
        _joined(ReportFact.calendar_seconds).label("calendar"),
        _joined(ReportFact.business_seconds).label("business"),
        func.count(ReportFact.met_deadline).label("due"),
        func.count().filter(ReportFact.met_deadline.is_(True)).label("met"),
    ]
    statement, values = _facts(acts, [*groups, *measures])
    statement = statement.where(ReportFact.calendar_seconds.is_not(None)).group_by(*groups)
    return (await session.execute(statement, values)).all()


def _joined(column: Any) -> Any:
    return func.aggregate_strings(cast(column, String), ",")


async def count_work(session: AsyncSession, acts: Acts) -> Sequence[AnyRow]:
    """Number of the slot, keys, and of each of the measures of work how many."""
    replies = ReportFact.kind.in_((FactKind.FIRST_REPLY, FactKind.REPLY))
    is_done = ReportFact.kind == FactKind.RESOLUTION
    is_reopened = ReportFact.kind == FactKind.REOPENING
    is_one = is_done & (reply_count_of(ReportFact.ticket_id) == 1)
    measures = [
        _tickets(replies | is_done).label("handled"),
        func.count().filter(replies).label("replies"),
        _tickets(is_done).label("done"),
        _tickets(is_one).label("one_reply_done"),
        _tickets(is_reopened).label("reopened"),
    ]
    return await _grouped(session, acts, [], measures)


def _tickets(condition: ColumnElement[bool]) -> Any:
    return func.count(ReportFact.ticket_id.distinct()).filter(condition)


async def _grouped(session: AsyncSession, acts: Acts, further: list[Any], measures: list[Any]) -> Sequence[AnyRow]:
    groups = [*_keys(acts), *further]
    statement, values = _facts(acts, [*groups, *measures])
    return (await session.execute(statement.group_by(*groups), values)).all()


def _keys(acts: Acts) -> list[Any]:
    columns = OF_ACTOR if acts.is_by_actor else OF_TICKET
    found: list[Any] = [slot_number(ReportFact.at, acts.slots).label("slot")] if acts.slots else []
    for axis in acts.axes:
        if axis is Axis.WEEKDAY_HOUR:
            hours = local_hour(ReportFact.at, clock_of(acts.period))
            found += [weekday_of(hours).label("weekday"), day_hour_of(hours).label("hour")]
        else:
            found.append(columns[axis].label(f"key_{axis.name.lower()}"))
    return found


def slot_number(column: Any, slots: Slots) -> ColumnElement[int]:
    number = whole(local(whole_seconds(column), slots.clock), slots.unit)
    if slots.interval is Interval.WEEK:
        return whole(number + literal_column(str(DAYS_TO_MONDAY)), WEEK)
    if slots.interval is Interval.MONTH:
        return _month(number, slots.month_starts)
    return number


def _month(day: ColumnElement[int], starts: Sequence[int]) -> ColumnElement[int]:
    steps: list[Any] = [
        (day < literal_column(str(start)), literal_column(str(place))) for place, start in enumerate(starts)
    ]
    return case(*steps, else_=literal_column(str(len(starts)))) if steps else literal_column("0", Integer)


def _facts(acts: Acts, columns: list[Any]) -> tuple[AnySelect, dict[str, Any]]:
    conditions, values = meaning_of(acts.selection)
    statement = select(*columns).select_from(ReportFact).join(Ticket, Ticket.id == ReportFact.ticket_id)
    statement = joined(statement, acts.axes).where(
        ReportFact.kind.in_(acts.kinds),
        ReportFact.at >= _written("begins", acts.period.begins),
        ReportFact.at < _written("ends", acts.period.ends),
        *conditions,
    )
    if acts.is_by_actor and acts.selection.counted is not None:
        statement = statement.where(*of_actor(acts.selection.counted))
    return statement, values


def _written(name: str, at: datetime) -> BindParameter[datetime]:
    """In the statement itself: of times that it does not know PostgreSQL thinks, from the sixth time on, that they are
    a two-hundredth of everything, and goes through far too much."""
    return bindparam(name, at.astimezone(UTC), ReportFact.at.type, literal_execute=True)


def joined(statement: AnySelect, axes: Collection[Axis]) -> AnySelect:
    if Axis.LABEL in axes:
        statement = statement.outerjoin(TicketLabel, TicketLabel.ticket_id == Ticket.id)
    if Axis.COMPANY in axes:
        statement = statement.join(Customer, Customer.id == Ticket.customer_id)
    return statement
