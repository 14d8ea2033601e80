"""Hears of commits made by other processes and wakes those who wait in this one."""

import asyncio
import sqlite3

import asyncpg

from app.core import postgres, sqlite
from app.core.database import Database
from app.core.log import get_logger
from app.core.wakeups import TOPICS

POLL_SECONDS = 0.2
RECONNECT_SECONDS = 1.0

log = get_logger(__name__)


async def listen(database: Database) -> None:
    """Run until cancelled."""
    if database.is_sqlite:
        await _watch_file(database)
    else:
        await _listen_to_server(database)


async def _watch_file(database: Database) -> None:
    watch = sqlite.open_watch(database.url.removeprefix("sqlite:///"))
    try:
        await _poll(database, watch)
    finally:
        watch.close()


async def _poll(database: Database, watch: sqlite3.Connection) -> None:
    seen = sqlite.data_version(watch)
    while True:
        await asyncio.sleep(POLL_SECONDS)
        version = sqlite.data_version(watch)
        if version != seen:
            seen = version
            database.wakeups.wake(TOPICS)


async def _listen_to_server(database: Database) -> None:
    while True:
        try:
            await _hold_connection(database)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            log.warning("listening for news was cut off", reason=str(error))
        await asyncio.sleep(RECONNECT_SECONDS)
        database.wakeups.wake(TOPICS)


async def _hold_connection(database: Database) -> None:
    closed = asyncio.Event()
    connection = await asyncpg.connect(database.url)
    try:
        connection.add_termination_listener(lambda _: closed.set())
        await connection.add_listener(
            postgres.NOTIFY_CHANNEL, lambda _c, _p, _n, payload: database.wakeups.wake(payload.split(","))
        )
        await closed.wait()
    finally:
        await connection.close(timeout=1)
