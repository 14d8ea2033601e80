"""A connection that reads runs its statements where they are, as a writer does; one that is long changes threads.

Whether it is long shows itself: it is stopped when it would hold the event loop, and runs again in the thread. A read
can do that, since in its transaction it sees the same again.
"""

import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from math import inf
from typing import Any, Self

from app.core.sqlite_driver import Connection, Cursor

INLINE_SECONDS = 0.01
"""How long a read may hold the event loop."""
LOOK_EVERY_STEPS = 5_000
"""Of SQLite's own machine: a fraction of a millisecond."""

Execute = Callable[[str, Any], sqlite3.Cursor]


class Reader(Connection):
    def __init__(self, raw: sqlite3.Connection, thread: ThreadPoolExecutor) -> None:
        super().__init__(raw, thread, runs_inline=True)
        self.patience = Patience(raw)

    def cursor(self) -> "ReadingCursor":
        return ReadingCursor(self)

    async def rows(self, execute: Execute, sql: str, parameters: Any) -> list[Any]:
        """Of one statement."""
        if not self._is_idle() or self.patience.is_long(sql):
            return await self.in_thread(self.patience.measure, execute, sql, parameters)
        try:
            with self.patience:
                return execute(sql, parameters).fetchall()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
                raise
        return await self.in_thread(self.patience.measure, execute, sql, parameters)

    async def rollback(self) -> None:
        """Of what was only read: nothing to wait for."""
        if not self._is_idle():
            await super().rollback()
        elif self.raw.in_transaction:
            self.raw.rollback()


class Patience:
    """With long statements; they are known by their text."""

    def __init__(self, raw: sqlite3.Connection) -> None:
        self._long: set[str] = set()
        self._ends_at = inf
        raw.set_progress_handler(self._is_over, LOOK_EVERY_STEPS)

    def __enter__(self) -> None:
        self._ends_at = time.perf_counter() + INLINE_SECONDS

    def __exit__(self, *_: object) -> None:
        self._ends_at = inf

    def is_long(self, sql: str) -> bool:
        return sql in self._long

    def measure(self, execute: Execute, sql: str, parameters: Any) -> list[Any]:
        """In the thread, where there is time. What was long for once need not be so again."""
        began = time.perf_counter()
        rows = execute(sql, parameters).fetchall()
        if time.perf_counter() - began > INLINE_SECONDS:
            self._long.add(sql)
        else:
            self._long.discard(sql)
        return rows

    def _is_over(self) -> bool:
        return time.perf_counter() > self._ends_at


class ReadingCursor(Cursor):
    _connection: Reader

    async def _run(self, sql: str, execute: Execute, parameters: Any) -> Self:
        self._rows = await self._connection.rows(execute, sql, parameters)
        return self
