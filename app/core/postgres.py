"""Everything that is PostgreSQL's own: advisory lock for the commit order, NOTIFY, the server's clock."""

import asyncio
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import ColumnElement, Float, Table, cast, func, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from app.core import postgres_copy
from app.core.copying import Loading, Snapshot
from app.core.log import get_logger
from app.core.wakeups import TOPICS, Wakeups

COMMIT_ORDER_LOCK = 0x6D61646F  # "mado"
NOTIFY_CHANNEL = "madoguchi"
DISK_FULL = "53100"
POOL_SIZE = 10
RECONNECT_SECONDS = 1.0
TAKE_IDS = text("SELECT nextval(pg_get_serial_sequence(:table, 'id')) FROM generate_series(1, :count)")
HAS_OLDER = text(
    "SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND usename = current_user"
    " AND backend_type = 'client backend' AND xact_start < to_timestamp(:than))"
)

log = get_logger(__name__)


class PostgresDialect:
    boot_id = ""
    errors: tuple[type[Exception], ...] = (OSError, DBAPIError, asyncpg.PostgresError, asyncpg.InterfaceError)

    def make_writer(self, url: str) -> AsyncEngine:
        return create_async_engine(
            driver_url(url), pool_size=POOL_SIZE, max_overflow=POOL_SIZE, pool_pre_ping=True, hide_parameters=True
        )

    def make_reader(self, url: str, writer: AsyncEngine) -> AsyncEngine:
        return writer

    def insert(self, table: Any) -> Any:
        return insert(table)

    async def take_ids(self, session: AsyncSession, table: Table, count: int) -> Sequence[int]:
        taken = await session.scalars(TAKE_IDS, {"table": table.name, "count": count})
        return sorted(taken)

    def lease_clock(self) -> ColumnElement[float]:
        return cast(func.extract("epoch", func.clock_timestamp()), Float(53))

    async def has_older(self, session: AsyncSession, *, than: float) -> bool:
        """Of our own sessions; one that only reads counts too, because none says what it will do."""
        return bool(await session.scalar(HAS_OLDER, {"than": than}))

    async def enter_commit_order(self, session: AsyncSession) -> None:
        await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": COMMIT_ORDER_LOCK})

    async def announce(self, session: AsyncSession, topics: frozenset[str]) -> None:
        payload = ",".join(sorted(topics))
        await session.execute(
            text("SELECT pg_notify(:channel, :payload)"), {"channel": NOTIFY_CHANNEL, "payload": payload}
        )

    async def listen(self, url: str, wakeups: Wakeups) -> None:
        while True:
            try:
                await _hold_connection(url, wakeups)
            except self.errors as error:
                log.warning("listening for news was cut off", reason=str(error))
            await asyncio.sleep(RECONNECT_SECONDS)
            wakeups.wake(TOPICS)

    def log_size(self, url: str) -> int:
        return 0

    async def fetch(
        self, session: AsyncSession, statement: Any, values: dict[str, Any], *, kept_rows: int
    ) -> list[Any]:
        connection = await session.connection()
        return list((await connection.execute(statement, values)).all())

    def folders(self, url: str) -> Sequence[Path]:
        return []

    def is_out_of_room(self, error: object) -> bool:
        return getattr(error, "sqlstate", None) == DISK_FULL

    def snapshot(self, url: str, beside: Path) -> AbstractAsyncContextManager[Snapshot]:
        return postgres_copy.snapshot(url)

    def loading(self, session: AsyncSession) -> AbstractAsyncContextManager[Loading]:
        return postgres_copy.loading(session)


def driver_url(url: str) -> str:
    """The same address for SQLAlchemy with asyncpg."""
    return "postgresql+asyncpg://" + url.split("://", 1)[1]


async def _hold_connection(url: str, wakeups: Wakeups) -> None:
    closed = asyncio.Event()
    connection = await asyncpg.connect(url)
    try:
        connection.add_termination_listener(lambda _: closed.set())
        await connection.add_listener(NOTIFY_CHANNEL, lambda _c, _p, _n, payload: wakeups.wake(payload.split(",")))
        await closed.wait()
    finally:
        await connection.close(timeout=1)
