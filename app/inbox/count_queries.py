"""How many tickets lists hold, for any number of lists in one statement."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, bindparam, func, literal_column, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.visitors import replacement_traverse

from app.core.rows import AnyUnion, fetch
from app.inbox.list_queries import CONDITIONS, IS_COUNTED, NARROW, Selection, meaning_of
from app.tickets.models import Ticket

MOST = 1000
"""Nobody needs to know whether it is four or five thousand, and the database stops looking there."""

AT_ONCE = 200
"""SQLite joins at most 500."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What decides the text of the statement; the values are given each time."""

    conditions: frozenset[str]
    is_nobodys: bool

    @classmethod
    def of(cls, selection: Selection) -> "Shape":
        names = frozenset(name for name in CONDITIONS if getattr(selection, name) is not None)
        return cls(names, selection.assignee_id == 0)


async def count_selections(session: AsyncSession, selections: Collection[Selection]) -> dict[Selection, int]:
    """As many as their lists have rows; what is as many as MOST may be more."""
    counts = dict.fromkeys(selections, 0)
    asked = [each for each in counts if each.audience_ids and each.phases]
    for start in range(0, len(asked), AT_ONCE):
        part = asked[start : start + AT_ONCE]
        statement = _statement(tuple(map(Shape.of, part)))
        for place, count in await fetch(session, statement, _values(part)):
            counts[part[place]] = count
    return counts


async def count_tickets(session: AsyncSession, selection: Selection) -> int:
    """All that the list holds: what a number of a report is compared with is exact."""
    conditions, values = meaning_of(selection)
    if not selection.has_snoozed:
        conditions.append(Ticket.snoozed_until.is_(None))
    statement = select(func.count()).select_from(Ticket).where(*conditions)
    if selection.due_before is not None:
        statement = statement.where(IS_COUNTED)
    return (await session.execute(statement, values)).scalar_one()


def _values(selections: Sequence[Selection]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for place, selection in enumerate(selections):
        values[f"audience_ids_{place}"], values[f"phases_{place}"] = selection.audience_ids, selection.phases
        for name in Shape.of(selection).conditions:
            values[f"{name}_{place}"] = getattr(selection, name)
    return values


@lru_cache(maxsize=256)
def _statement(shapes: tuple[Shape, ...]) -> AnyUnion:
    return union_all(*(_count(place, shape) for place, shape in enumerate(shapes)))


def _count(place: int, shape: Shape) -> Any:
    is_narrow = not shape.conditions.isdisjoint(NARROW)
    audience_id = Ticket.audience_id.op("+")(0) if is_narrow else Ticket.audience_id
    found = (
        select(Ticket.id)
        .where(
            IS_COUNTED,
            Ticket.snoozed_until.is_(None),
            Ticket.phase.in_(bindparam(f"phases_{place}", expanding=True)),
            audience_id.in_(bindparam(f"audience_ids_{place}", expanding=True)),
            *(_condition(name, shape, place) for name in sorted(shape.conditions)),
        )
        .limit(literal_column(str(MOST)))
        .subquery()
    )
    return select(literal_column(str(place)).label("place"), func.count().label("count")).select_from(found)


def _condition(name: str, shape: Shape, place: int) -> ColumnElement[bool]:
    """The list's own condition, with a parameter of this place."""
    if name == "assignee_id" and shape.is_nobodys:
        return Ticket.assignee_id.is_(None)

    def placed(element: Any, **options: Any) -> Any:
        is_own = isinstance(element, BindParameter) and element.key == name
        return bindparam(f"{name}_{place}", type_=element.type) if is_own else None

    return replacement_traverse(CONDITIONS[name], {}, placed)
