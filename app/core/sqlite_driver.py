"""The asyncio face of the standard library's SQLite, for SQLAlchemy's dialect, with as few thread changes as can be.

The usual driver changes threads four times for each statement, which costs more than the statement. Here a
reader changes once. A writer changes for BEGIN, where it may have to wait for another process, and for COMMIT,
where it waits for the disk; between them it holds the lock and waits for nothing, so its short statements (MODEL 2)
run where they are, and every few milliseconds the other tasks get a turn.
"""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, ParamSpec, Self, TypeVar

CACHED_STATEMENTS = 512
TURN_SECONDS = 0.01
"""How long a writer's statements may keep the event loop to themselves."""
PAUSE_PER_WAIT = 0.05
SHORTEST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.0003, 0.01

Params = ParamSpec("Params")
Result = TypeVar("Result")
Connected = TypeVar("Connected")
Parameters = Sequence[Any]


class Connection:
    """What the dialect asks of a connection. `runs_inline`: statements other than BEGIN run in the caller's thread."""

    def __init__(
        self, raw: sqlite3.Connection, thread: ThreadPoolExecutor, *, runs_inline: bool, lock_seconds: float = 0.0
    ) -> None:
        self.raw = raw
        self._lock_seconds = lock_seconds
        self._thread = thread
        self._runs_inline = runs_inline
        self._last: Future[Any] | None = None
        self._connection = raw
        self._turn_began = 0.0

    @property
    def isolation_level(self) -> str | None:
        return self.raw.isolation_level

    def execute_patiently(self, execute: Callable[..., Any], sql: str, parameters: Any) -> list[Any]:
        """Whoever waits for another's lock asks often.

        SQLite's own patience sleeps for up to 100 ms, in which a process that writes on and on lets nobody in.
        """
        began = time.monotonic()
        while True:
            try:
                return _execute(execute, sql, parameters)
            except sqlite3.OperationalError as error:
                waited = time.monotonic() - began
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or waited > self._lock_seconds:
                    raise
                time.sleep(min(max(waited * PAUSE_PER_WAIT, SHORTEST_PAUSE_SECONDS), LONGEST_PAUSE_SECONDS))

    def can_run_inline(self, sql: str) -> bool:
        return self._runs_inline and self._is_idle() and not sql.startswith("BEGIN")

    async def in_thread(self, call: Callable[Params, Result], *args: Params.args, **options: Params.kwargs) -> Result:
        """Calls queue up behind each other, one whose caller was cancelled included."""
        future = self._last = self._thread.submit(call, *args, **options)
        result: Result = await asyncio.wrap_future(future)
        self._turn_began = time.monotonic()
        return result

    async def give_way(self) -> None:
        """Let the other tasks of the loop run, when it is time; the lock stays ours."""
        if time.monotonic() - self._turn_began > TURN_SECONDS:
            await asyncio.sleep(0)
            self._turn_began = time.monotonic()

    def cursor(self) -> "Cursor":
        return Cursor(self)

    async def create_function(self, *args: Any, **options: Any) -> None:
        self.raw.create_function(*args, **options)

    async def commit(self) -> None:
        await self.in_thread(self.raw.commit)

    async def rollback(self) -> None:
        if self.raw.in_transaction or not self._is_idle():
            await self.in_thread(self.raw.rollback)

    async def close(self) -> None:
        await self.in_thread(self.raw.close)
        self._thread.shutdown(wait=False)

    def stop(self) -> None:
        self._thread.submit(self.raw.close)
        self._thread.shutdown(wait=False)

    def _is_idle(self) -> bool:
        return self._last is None or self._last.done()


class Cursor:
    """Rows are fetched with their statement, so that asking for them costs nothing."""

    arraysize = 1

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._raw = connection.raw.cursor()
        self._rows: list[Any] = []

    @property
    def description(self) -> Any:
        return self._raw.description

    @property
    def rowcount(self) -> int:
        return self._raw.rowcount

    @property
    def lastrowid(self) -> int | None:
        return self._raw.lastrowid

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, sql: str, parameters: Parameters = ()) -> Self:
        return await self._run(sql, self._raw.execute, parameters)

    async def executemany(self, sql: str, parameters: Sequence[Parameters]) -> Self:
        return await self._run(sql, self._raw.executemany, parameters)

    async def fetchall(self) -> list[Any]:
        return self._rows

    async def close(self) -> None:
        self._raw.close()

    async def _run(self, sql: str, execute: Callable[..., Any], parameters: Any) -> Self:
        if self._connection.can_run_inline(sql):
            self._rows = _execute(execute, sql, parameters)
            await self._connection.give_way()
        else:
            self._rows = await self._connection.in_thread(self._connection.execute_patiently, execute, sql, parameters)
        return self


async def connect(path: str, make: Callable[..., Connected], *, lock_seconds: float) -> Connected:
    """`lock_seconds` is the patience with another process's lock. Our own statements begin and end transactions."""
    thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sqlite")

    def open_file() -> sqlite3.Connection:
        return sqlite3.connect(
            path,
            timeout=lock_seconds,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=CACHED_STATEMENTS,
        )

    raw = await asyncio.wrap_future(thread.submit(open_file))
    return make(raw, thread)


def _execute(execute: Callable[..., Any], sql: str, parameters: Any) -> list[Any]:
    cursor = execute(sql, parameters)
    return list(cursor.fetchall()) if cursor.description else []
