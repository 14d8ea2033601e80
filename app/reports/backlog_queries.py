"""Which spans are over an instant, and between which boundaries of days or hours each span is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, case, func, literal, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.local_time import DAY, local, seconds_up, whole
from app.core.rows import AnyRow, AnySelect
from app.inbox.counting_queries import Conditions, lasts, of_span
from app.inbox.list_queries import Selection, meaning_of
from app.reports.intervals import Slots
from app.reports.queries import OF_TICKET, joined
from app.reports.values import Axis, Question
from app.tickets.history_models import TicketSpan
from app.tickets.models import Phase, Ticket

AGES: Mapping[str, int] = {"under_1d": 0, "1_3d": 1, "3_7d": 3, "over_7d": 7}
"""Bands with the days from which on a ticket is in them."""

FAR = 2**40
"""A boundary that no clock of ours comes to: where what still stands ends."""

FEW_INSTANTS = 60
"""The ends of a year's weeks: with more of them nearly every span is over one."""

THEN: Mapping[Axis, Any] = {
    **OF_TICKET,
    Axis.STATUS: TicketSpan.status_id,
    Axis.ASSIGNEE: TicketSpan.assignee_id,
    Axis.TEAM: TicketSpan.team_id,
    Axis.CATEGORY: TicketSpan.category_id,
}


@dataclass(frozen=True, slots=True)
class Standing:
    selection: Selection
    axes: Sequence[Axis]

    @classmethod
    def of(cls, question: Question) -> "Standing":
        return cls(question.selection, question.by)

    @property
    def keys(self) -> list[Any]:
        return [THEN[axis].label(f"key_{axis.name.lower()}") for axis in self.axes]


async def count_standing(session: AsyncSession, standing: Standing, at: datetime) -> Sequence[AnyRow]:
    """Rows of keys, phase, place of the age's band, total."""
    groups = [*standing.keys, TicketSpan.phase, _band(at).label("band")]
    statement, values = _spans(standing, [*groups, func.count().label("total")])
    statement = statement.where(*lasts(at)).group_by(*groups)
    return (await session.execute(statement, values)).all()


async def list_stretches(
    session: AsyncSession, standing: Standing, slots: Slots, instants: Sequence[datetime]
) -> Sequence[AnyRow]:
    """Of what stands at a boundary at all: keys, phase, the first boundary that it stands at, the first at which it no
    longer does, and those from which on its ticket is one, three and seven days old; with how many of them."""
    created = seconds_up(Ticket.created_at)
    begins = _boundary(seconds_up(TicketSpan.from_at), slots)
    ends = func.coalesce(_boundary(seconds_up(TicketSpan.to_at), slots), literal_column(str(FAR)), type_=Integer)
    groups = [*standing.keys, TicketSpan.phase, begins.label("begins"), ends.label("ends")]
    for days in (1, 3, 7):
        older = _boundary(created + literal_column(str(days * DAY)), slots)
        groups.append(older.label(f"after_{days}d"))
    statement, values = _spans(standing, [*groups, func.count().label("total")])
    statement = statement.where(*_lasts_over_any(instants), begins < ends)
    return (await session.execute(statement.group_by(*groups), values)).all()


def _lasts_over_any(instants: Sequence[datetime]) -> Conditions:
    """Where the instants are far apart, few spans are over one of them: what is not costs no look at its ticket."""
    written = [literal(each, TicketSpan.from_at.type) for each in instants]
    steps = [(TicketSpan.from_at <= each, each) for each in written]
    following = case(*steps) if len(steps) <= FEW_INSTANTS else written[0]
    return (TicketSpan.from_at <= written[-1], TicketSpan.to_at.is_(None) | (TicketSpan.to_at > following))


def _boundary(seconds: ColumnElement[int], slots: Slots) -> ColumnElement[int]:
    """The first full day or hour that is not before it."""
    return whole(local(seconds, slots.clock) + literal_column(str(slots.unit - 1)), slots.unit)


def _band(at: datetime) -> ColumnElement[int]:
    steps: list[Any] = [
        (Ticket.created_at > at - timedelta(days=days), literal_column(str(place)))
        for place, days in enumerate(tuple(AGES.values())[1:])
    ]
    return case(*steps, else_=literal_column(str(len(steps))))


def _spans(standing: Standing, columns: list[Any]) -> tuple[AnySelect, dict[str, Any]]:
    conditions, values = meaning_of(standing.selection)
    then = of_span(standing.selection.counted) if standing.selection.counted else ()
    statement = select(*columns).select_from(TicketSpan).join(Ticket, Ticket.id == TicketSpan.ticket_id)
    return joined(statement, standing.axes).where(TicketSpan.phase != Phase.DONE, *then, *conditions), values
