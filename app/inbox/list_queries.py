"""Which tickets a list holds: one keyset LIMIT per audience and phase on its index, joined by UNION ALL (MODEL 16)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import product
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    TextClause,
    and_,
    bindparam,
    literal_column,
    select,
    text,
    tuple_,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from app.core.base import UTCDateTime
from app.core.cursors import Cursor
from app.core.rows import AnySelect, fetch
from app.inbox.counting_queries import Counted, conditions_of
from app.inbox.values import Sort
from app.tickets.classification_models import TicketLabel
from app.tickets.history_models import TicketSpan
from app.tickets.models import Phase, Priority, Status, Ticket

IS_COUNTED = text("tickets.is_counted")
"""As the partial indexes have it: SQLite does not see that `is_counted = 1` says the same."""

IS_UNDONE = text("tickets.phase <> 'done'")
"""Likewise: PostgreSQL does not see it in a phase that is given as a value."""

KEYS: dict[Sort, InstrumentedAttribute[Any]] = {
    Sort.NEWEST: Ticket.created_at,
    Sort.OLDEST: Ticket.created_at,
    Sort.DUE: Ticket.due_at,
}
"""What a list is sorted by, but for its latest activity."""

OPEN_AT = bindparam("open_at", type_=UTCDateTime)

MAX_BRANCHES = 300
"""SQLite joins at most 500."""


NARROW = ("assignee_id", "customer_id", "label_id")
"""Conditions with an index of their own, which leads to fewer tickets than that of an audience."""

Sought = tuple[ColumnElement[bool], ...]
"""What a search asks for beside the list's own conditions."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The tickets of a list. Empty conditions hold for all; `assignee_id` 0 is nobody."""

    audience_ids: tuple[int, ...]
    phases: tuple[Phase, ...] = tuple(Phase)
    sort: Sort = Sort.LATEST
    status_id: int | None = None
    status_key: str | None = None
    assignee_id: int | None = None
    team_id: int | None = None
    category_id: int | None = None
    customer_id: int | None = None
    created_from: datetime | None = None
    created_before: datetime | None = None
    open_at: datetime | None = None
    label_id: int | None = None
    priority: Priority | None = None
    is_complaint: bool | None = None
    is_waiting: bool | None = None
    is_escalated: bool | None = None
    due_before: datetime | None = None
    counted: Counted | None = None
    has_snoozed: bool = False
    """What a number of a report counts also holds those that sleep, as what is sought does."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What decides the text of the statement; the values are given each time."""

    phases: tuple[Phase, ...]
    audience_count: int
    sort: Sort
    conditions: frozenset[str]
    is_nobodys: bool
    is_continued: bool
    is_search: bool


async def list_ticket_ids(
    session: AsyncSession,
    selection: Selection,
    *,
    after: Cursor | None,
    limit: int,
    sought: Sought | None = None,
) -> list[tuple[int, datetime]]:
    """Ids with what they are sorted by, in the list's order. What is sought is sought among the snoozed too."""
    if not selection.audience_ids or not selection.phases:
        return []
    values = dict(_values(selection))
    if after is not None:
        values |= {"after_value": after.instant, "after_id": after.id}
    if selection.counted is not None:
        sought = (*(sought or ()), *conditions_of(selection.counted))
    shape = _shape(selection, values, is_search=selection.has_snoozed or sought is not None)
    statement = _make_statement(shape, sought) if sought else _statement(shape)
    rows = await fetch(session, statement, {**values, "page_limit": limit})
    return [(row.id, row.sort_value) for row in rows]


async def list_found_ids(
    session: AsyncSession,
    selection: Selection,
    *,
    place: ColumnElement[bool],
    sought: Sought,
    after: Cursor | None,
    limit: int,
) -> list[tuple[int, datetime]]:
    """Where what is sought is rare, so that it leads to the tickets, and no index of the list does."""
    values = {**dict(_values(selection)), "audience_ids": selection.audience_ids, "page_limit": limit}
    shape = _shape(selection, values, is_search=True)
    key = KEYS.get(shape.sort, Ticket.last_activity_at)
    conditions = [*_has_key(shape.sort), *(_condition(name, shape) for name in sorted(shape.conditions))]
    if after is not None:
        conditions.append(_is_after(key, shape.sort))
        values |= {"after_value": after.instant, "after_id": after.id}
    sought = (*sought, *conditions_of(selection.counted))
    statement = (
        select(Ticket.id, key.label("sort_value"))
        .where(place, _is_audience(None), Ticket.phase.in_(selection.phases), *conditions, *sought)
        .order_by(*_order(shape.sort, key, Ticket.id))
        .limit(_limit())
    )
    return [(row.id, row.sort_value) for row in await fetch(session, statement, values)]


def meaning_of(selection: Selection) -> tuple[list[ColumnElement[bool]], dict[str, Any]]:
    """The same conditions with their values, for whoever counts tickets in another way, the snoozed among them."""
    values = {name: getattr(selection, name) for name in CONDITIONS if getattr(selection, name) is not None}
    shape = _shape(selection, values, is_search=True)
    conditions = [_condition(name, shape) for name in sorted(shape.conditions)]
    if set(selection.phases) != set(Phase):
        conditions.append(Ticket.phase.in_(selection.phases))
    audience = Ticket.audience_id.in_(selection.audience_ids)
    is_counted = literal_column("tickets.is_counted", Boolean)
    return [is_counted, audience, *conditions, *conditions_of(selection.counted)], values


def _values(selection: Selection) -> Iterator[tuple[str, Any]]:
    """The statement's parameters; the names of conditions are those of Selection."""
    if _is_by_audience(selection):
        yield from ((f"audience_{number}", each) for number, each in enumerate(selection.audience_ids))
    else:
        yield "audience_ids", selection.audience_ids
    for name in CONDITIONS:
        if getattr(selection, name) is not None:
            yield name, getattr(selection, name)


def _is_by_audience(selection: Selection) -> bool:
    """One agent's, one customer's or one label's tickets have an index of their own."""
    is_wide = all(getattr(selection, name) is None for name in NARROW)
    return is_wide and len(selection.audience_ids) * len(selection.phases) <= MAX_BRANCHES


def _shape(selection: Selection, values: Mapping[str, Any], *, is_search: bool) -> Shape:
    return Shape(
        phases=selection.phases,
        audience_count=len(selection.audience_ids) if "audience_0" in values else 0,
        sort=selection.sort,
        conditions=frozenset(values.keys() & CONDITIONS.keys()),
        is_nobodys=selection.assignee_id == 0,
        is_continued="after_id" in values,
        is_search=is_search,
    )


@lru_cache(maxsize=512)
def _statement(shape: Shape) -> AnySelect:
    """Built once: what it costs to put a statement together is more than what it costs to run it."""
    return _make_statement(shape)


def _make_statement(shape: Shape, sought: Sought = ()) -> AnySelect:
    branches = [_branch(shape, *numbers, sought).subquery() for numbers in _branch_numbers(shape)]
    united = union_all(*(select(branch) for branch in branches)).subquery()
    return select(united).order_by(*_order(shape.sort, united.c.sort_value, united.c.id)).limit(_limit())


def _branch_numbers(shape: Shape) -> Iterator[tuple[Phase, int | None]]:
    return product(shape.phases, range(shape.audience_count) if shape.audience_count else (None,))


def _branch(shape: Shape, phase: Phase, audience: int | None, sought: Sought) -> AnySelect:
    key = KEYS.get(shape.sort, Ticket.last_activity_at)
    statement = select(Ticket.id, key.label("sort_value")).where(
        IS_COUNTED,
        *(() if shape.is_search else (Ticket.snoozed_until.is_(None),)),
        *sought,
        *_has_key(shape.sort),
        Ticket.phase == phase,
        _is_audience(audience),
        *(_condition(name, shape) for name in sorted(shape.conditions)),
    )
    if "open_at" in shape.conditions and phase is Phase.DONE:
        # Implied, since becoming done is activity; said so that the index is walked no further back.
        statement = statement.where(Ticket.last_activity_at > OPEN_AT)
    if shape.is_continued:
        statement = statement.where(_is_after(key, shape.sort))
    return statement.order_by(*_order(shape.sort, key, Ticket.id)).limit(_limit())


def _is_audience(audience: int | None) -> ColumnElement[bool]:
    """Where another index leads, the unary plus keeps the planner from walking all of an audience."""
    if audience is not None:
        return Ticket.audience_id == bindparam(f"audience_{audience}")
    return Ticket.audience_id.op("+")(0).in_(bindparam("audience_ids", expanding=True))


def _condition(name: str, shape: Shape) -> ColumnElement[bool]:
    if name == "assignee_id" and shape.is_nobodys:
        return Ticket.assignee_id.is_(None)
    return CONDITIONS[name]


def _has_key(sort: Sort) -> tuple[ColumnElement[bool] | TextClause, ...]:
    """By deadline are listed those that have one."""
    return (IS_UNDONE, Ticket.due_at.is_not(None)) if sort is Sort.DUE else ()


def _is_after(key: InstrumentedAttribute[Any], sort: Sort) -> ColumnElement[bool]:
    here = tuple_(key, Ticket.id)
    there = tuple_(bindparam("after_value", type_=UTCDateTime), bindparam("after_id"))
    return here < there if sort.is_descending else here > there


def _order(sort: Sort, *columns: Any) -> tuple[Any, ...]:
    return tuple(column.desc() for column in columns) if sort.is_descending else columns


def _limit() -> Any:
    return bindparam("page_limit")


def _was_open() -> ColumnElement[bool]:
    spans = select(TicketSpan.id).where(
        TicketSpan.ticket_id == Ticket.id,
        TicketSpan.from_at <= OPEN_AT,
        TicketSpan.to_at.is_(None) | (TicketSpan.to_at > OPEN_AT),
        TicketSpan.phase != Phase.DONE,
    )
    return spans.exists()


def _status_id() -> Any:
    return select(Status.id).where(Status.key == bindparam("status_key")).scalar_subquery()


def _has_label() -> ColumnElement[bool]:
    return Ticket.id.in_(select(TicketLabel.ticket_id).where(TicketLabel.label_id == bindparam("label_id")))


CONDITIONS: dict[str, ColumnElement[bool]] = {
    "status_id": Ticket.status_id == bindparam("status_id"),
    "status_key": Ticket.status_id == _status_id(),
    "assignee_id": Ticket.assignee_id == bindparam("assignee_id"),
    "team_id": Ticket.team_id == bindparam("team_id"),
    "category_id": Ticket.category_id == bindparam("category_id"),
    "customer_id": Ticket.customer_id == bindparam("customer_id"),
    "created_from": Ticket.created_at >= bindparam("created_from", type_=UTCDateTime),
    "created_before": Ticket.created_at < bindparam("created_before", type_=UTCDateTime),
    "open_at": _was_open(),
    "label_id": _has_label(),
    "priority": Ticket.priority == bindparam("priority"),
    "is_complaint": Ticket.is_complaint == bindparam("is_complaint"),
    "is_waiting": Ticket.is_waiting == bindparam("is_waiting"),
    "is_escalated": Ticket.is_escalated == bindparam("is_escalated"),
    "due_before": and_(IS_UNDONE, Ticket.due_at < bindparam("due_before", type_=UTCDateTime)),
}
