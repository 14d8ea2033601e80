"""Statements whose text is written once, past SQLAlchemy's way from a statement to the driver and back.

On SQLite that way costs several times what the statement itself does.
"""

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple
from weakref import WeakSet

from sqlalchemy import BindParameter, Connection, Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.compiler import SQLCompiler

MAX_KEPT = 500

Raw = tuple[Any, ...]
Convert = Callable[[Any], Any]


class Place(NamedTuple):
    """A parameter: a value by its name, one of a list by its place in it, or one that the statement brings along."""

    name: str
    place: int | None
    own: BindParameter[Any] | None
    convert: Convert | None

    def value(self, values: Mapping[str, Any]) -> Any:
        value = values[self.name] if self.own is None else self.own.effective_value
        if self.place is not None:
            value = value[self.place]  # type: ignore[index]
        return value if self.convert is None else self.convert(value)


class Text(NamedTuple):
    """The statement as a driver wants it, for lists of certain lengths."""

    sql: str
    places: Sequence[Place]


class KeptStatements:
    """Those that came a second time, so that somebody holds them; others are gone after their first."""

    def __init__(self) -> None:
        self._came: WeakSet[Any] = WeakSet()
        self._prepare = lru_cache(MAX_KEPT)(Prepared)

    async def fetch(
        self, session: AsyncSession, statement: Any, values: dict[str, Any], *, kept_rows: int
    ) -> list[Any]:
        if statement not in self._came:
            self._came.add(statement)
            connection = await session.connection()
            return list((await connection.execute(statement, values)).all())
        sync_connection, driver = await _connection_of(session)
        return await _run(self._prepare(statement, sync_connection.dialect, kept_rows), sync_connection, driver, values)


async def _run(prepared: "Prepared", connection: Connection, driver: Any, values: Mapping[str, Any]) -> list[Any]:
    sql, parameters = prepared.write(values)
    cursor = driver.cursor()
    for note in connection.dispatch.before_cursor_execute:
        note(connection, cursor, sql, parameters, None, False)
    try:
        await cursor.execute(sql, parameters)
    except sqlite3.Error as error:
        raise DBAPIError.instance(sql, None, error, sqlite3.Error, hide_parameters=True) from error
    rows = [prepared.read(raw) for raw in await cursor.fetchall()]
    await cursor.close()
    return rows


async def _connection_of(session: AsyncSession) -> tuple[Connection, Any]:
    """The session's, its transaction begun, and what the driver knows it as."""
    known: tuple[Connection, Any] | None = session.info.get("connection")
    if known is not None and not known[0].closed:
        return known
    connection = await session.connection()
    raw = await connection.get_raw_connection()
    found = session.info["connection"] = (connection.sync_connection, raw.driver_connection)
    return found  # type: ignore[return-value]


class Prepared:
    def __init__(self, statement: Any, dialect: Dialect, kept_rows: int) -> None:
        self._dialect = dialect
        self._compiled: SQLCompiler = statement.compile(dialect=dialect)
        self._texts: dict[tuple[int, ...], Text] = {}
        columns = statement.exported_columns
        self._make: Callable[[list[Any]], Any] = _row_of([each.key or "" for each in columns])
        converts = [each.type.dialect_impl(dialect).result_processor(dialect, None) for each in columns]
        self._converts = [(place, convert) for place, convert in enumerate(converts) if convert is not None]
        self.read: Callable[[Raw], Any] = lru_cache(kept_rows)(self._read) if kept_rows else self._read

    def write(self, values: Mapping[str, Any]) -> tuple[str, list[Any]]:
        """Text and parameters. Lists are filled up with what they end with, so that there are few texts."""
        full = {name: _full(value) if _is_list(value) else value for name, value in values.items()}
        lengths = tuple(len(value) for value in full.values() if isinstance(value, tuple))
        text = self._texts.get(lengths)
        if text is None:
            text = self._texts[lengths] = self._text(full)
        return text.sql, [place.value(full) for place in text.places]

    def _text(self, values: Mapping[str, Any]) -> Text:
        state = self._compiled.construct_expanded_state(dict(values))
        members = {
            member: (name, at) for name, names in state.parameter_expansion.items() for at, member in enumerate(names)
        }
        places = [self._place(members.get(name, (name, None)), values) for name in state.positiontup or ()]
        return Text(state.statement, places)

    def _place(self, member: tuple[str, int | None], values: Mapping[str, Any]) -> Place:
        name, place = member
        bind = self._compiled.binds[name]
        convert = bind.type.dialect_impl(self._dialect).bind_processor(self._dialect)
        return Place(name, place, None if name in values else bind, convert)

    def _read(self, raw: Raw) -> Any:
        row = list(raw)
        for place, convert in self._converts:
            row[place] = convert(row[place])
        return self._make(row)


def _row_of(names: list[str]) -> Callable[[list[Any]], Any]:
    row: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc]
    make: Callable[[list[Any]], Any] = row._make
    return make


def _is_list(value: Any) -> bool:
    return isinstance(value, list | tuple)


def _full(values: Sequence[Any]) -> tuple[Any, ...]:
    size = 1 << (len(values) - 1).bit_length() if values else 0
    return (*values, *[values[-1]] * (size - len(values))) if values else ()
