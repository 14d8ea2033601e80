"""Two tables of the same kind, put beside each other. Pure."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.reports.grids import link_of, values_of
from app.reports.values import ColumnType, Table

Key = Hashable
Values = Mapping[str, Any]
EMPTY: Values = {}


@dataclass(frozen=True, slots=True)
class Place:
    """A row of the one table and what stands at the same place of the other."""

    key: Any
    values: Values
    past: Values
    link: str


def by_key(table: Table, key: Callable[[Values], Key]) -> dict[Key, tuple[Values, str]]:
    rows = [(values_of(table, row), link_of(table, number)) for number, row in enumerate(table.rows)]
    return {key(values): (values, link) for values, link in rows}


def in_time(keys: Sequence[Key], table: Table, read: Callable[[Values], Key]) -> list[Place]:
    """A place for each interval, also for those that the table has no row for."""
    found = by_key(table, read)
    return [Place(key, values, EMPTY, link) for key in keys for values, link in [found.get(key, (EMPTY, ""))]]


def beside(places: Sequence[Place], past: Sequence[Place]) -> list[Place]:
    """By order in time: the third day stands beside the third day."""
    others = [each.values for each in past] + [EMPTY] * len(places)
    return [Place(each.key, each.values, other, each.link) for each, other in zip(places, others, strict=False)]


def by_axis(table: Table, other: Table | None, axis: str) -> list[Place]:
    """Everything that either has; what is only in the other stands at the end, without a link."""
    read = _axis_key(table, axis)
    now = by_key(table, read)
    before = by_key(other, read) if other else {}
    places = [Place(key, values, before.get(key, (EMPTY, ""))[0], link) for key, (values, link) in now.items()]
    gone = [Place(key, _named(values, table), values, "") for key, (values, _) in before.items() if key not in now]
    return [*places, *gone]


def _axis_key(table: Table, axis: str) -> Callable[[Values], Key]:
    """By id where there is one: two may have the same name."""
    has_id = any(column.name == f"{axis}_id" for column in table.columns)
    return lambda values: (values.get(f"{axis}_id") if has_id else None, values.get(axis))


def _named(values: Values, table: Table) -> Values:
    amounts = {column.name for column in table.columns if column.type is ColumnType.NUMBER}
    return {name: value for name, value in values.items() if name not in amounts}
