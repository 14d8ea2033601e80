"""What differs between the two databases, as one small interface; nowhere else is the dialect asked for."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Table
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.sql.dml import ReturningInsert

from app.core.copying import Loading, Snapshot
from app.core.wakeups import Wakeups


class Insert(Protocol):
    """The INSERT … ON CONFLICT that both databases share."""

    def values(self, *args: Any, **kwargs: Any) -> "Insert": ...

    def on_conflict_do_update(self, **kwargs: Any) -> "Insert": ...

    def on_conflict_do_nothing(self, **kwargs: Any) -> "Insert": ...

    def returning(self, *columns: Any) -> ReturningInsert[Any]: ...


class DatabaseDialect(Protocol):
    """One for each database, known by its identity."""

    def __hash__(self) -> int: ...

    boot_id: str
    """Lease times of another boot are over; empty where the server's clock outlives a reboot."""
    errors: tuple[type[Exception], ...]
    """By which a database says that it cannot be used."""

    def make_writer(self, url: str) -> AsyncEngine: ...

    def make_reader(self, url: str, writer: AsyncEngine) -> AsyncEngine: ...

    def insert(self, table: Any) -> Any:
        """An `Insert` that can be told what to do on conflict."""
        ...

    async def take_ids(self, session: AsyncSession, table: Table, count: int) -> Sequence[int]:
        """Numbers for new rows, growing, that nobody else gets."""
        ...

    def lease_clock(self) -> ColumnElement[float]:
        """Seconds that only go forward, for comparing with `expires` of a lease."""
        ...

    async def has_older(self, session: AsyncSession, *, than: float) -> bool:
        """Whether a unit of work, of any process, that began before this instant of the lease clock may still write."""
        ...

    async def enter_commit_order(self, session: AsyncSession) -> None:
        """From here to COMMIT this transaction is alone among those that write events."""
        ...

    async def announce(self, session: AsyncSession, topics: frozenset[str]) -> None:
        """Tell other processes, at COMMIT, that there is news."""
        ...

    async def listen(self, url: str, wakeups: Wakeups) -> None:
        """Hear of commits made by other processes and wake those who wait in this one, until cancelled."""
        ...

    def log_size(self, url: str) -> int:
        """Bytes that are committed and not yet written back, where that is ours to watch (MODEL 2); else 0."""
        ...

    async def fetch(
        self, session: AsyncSession, statement: Any, values: dict[str, Any], *, kept_rows: int
    ) -> list[Any]:
        """See `core.rows.fetch`."""
        ...

    def folders(self, url: str) -> Sequence[Path]:
        """Of this machine, that the database itself writes to."""
        ...

    def is_out_of_room(self, error: object) -> bool:
        """Whether the driver's error says that the disk is full."""
        ...

    def snapshot(self, url: str, beside: Path) -> AbstractAsyncContextManager[Snapshot]:
        """All rows of one moment; what has to be put down meanwhile lies beside a file that is being made."""
        ...

    def loading(self, session: AsyncSession) -> AbstractAsyncContextManager[Loading]:
        """Many rows at once, in the session's unit of work."""
        ...
