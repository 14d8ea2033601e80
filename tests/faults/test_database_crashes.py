"""The database goes down under load: what was acknowledged is there, and the desk goes on by itself."""

import asyncio
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from httpx import AsyncClient, HTTPError
from sqlalchemy import select

from app.accounts import service as accounts
from app.core.desk import Desk
from app.tickets.message_models import Message
from tests.faults.workers import Workers, moment
from tests.support.builders import build_agent, build_ticket
from tests.support.network import eventually
from tests.support.postgres import Postgres
from tests.support.postgres_server import PostgresServer
from tests.support.serving import ServedDesk

WRITERS = 3
TICKETS_EACH = 5
BACK_SECONDS = 180
UNDER_LOAD_SECONDS = 0.5


@pytest.fixture
def own_server() -> Iterator[PostgresServer]:
    server = PostgresServer.of_one_test()
    server.acquire()
    yield server
    server.release()


@pytest.fixture
def own_desk(own_server: PostgresServer, tmp_path: Path) -> Iterator[ServedDesk]:
    desk = ServedDesk(tmp_path, Postgres(own_server.url("postgres"), own_server).create_database())
    desk.run("migrate")
    yield desk
    if desk.process is not None:
        desk.kill()


@pytest.mark.parametrize("crashes", [2, pytest.param(20, marks=pytest.mark.long)], ids=["short", "full"])
async def test_nothing_that_was_acknowledged_is_gone_after_a_crash(
    own_desk: ServedDesk, own_server: PostgresServer, crashes: int
) -> None:
    await _keep_promises(own_desk)
    own_desk.start()
    async with own_desk.open() as opened:
        ticket_id, client = await _first_ticket(opened, own_desk)
        acknowledged: set[int] = set()
        async with client:
            writers = [asyncio.create_task(_write(client, ticket_id, acknowledged)) for _ in range(WRITERS)]
            for _ in range(crashes):
                await _grows(acknowledged)
                await moment(UNDER_LOAD_SECONDS)
                await asyncio.to_thread(own_server.crash)
            await _grows(acknowledged)
            for writer in writers:
                writer.cancel()
            await asyncio.gather(*writers, return_exceptions=True)

        async with opened.database.reading() as session:
            stored = set((await session.scalars(select(Message.id).where(Message.ticket_id == ticket_id))).all())
        assert acknowledged <= stored


async def _keep_promises(desk: ServedDesk) -> None:
    """As every real server does; the one of the tests is told not to wait for its log."""
    connection = await asyncpg.connect(desk.database_url)
    await connection.execute("ALTER ROLE postgres SET synchronous_commit = on")
    await connection.close()


async def _first_ticket(opened: Desk, desk: ServedDesk) -> tuple[int, AsyncClient]:
    async with opened.database.transaction() as session:
        agent, ticket = await build_agent(session), await build_ticket(session)
        token = await accounts.create_token(session, agent)
        await session.flush()
    headers = {"Authorization": f"Bearer {token}"}
    return ticket.id, AsyncClient(base_url=f"{desk.address}/api/v1", headers=headers, timeout=BACK_SECONDS)


async def _grows(acknowledged: set[int]) -> None:
    count = len(acknowledged)
    await eventually(lambda: len(acknowledged) > count, what="an answer", seconds=BACK_SECONDS)


async def _write(client: AsyncClient, ticket_id: int, acknowledged: set[int]) -> None:
    """Notes without end; what failed is not counted on."""
    while True:
        try:
            answer = await client.post(f"/tickets/{ticket_id}/notes", json={"text": "メモ"})
        except HTTPError:
            continue
        if answer.status_code == 201:
            acknowledged.add(answer.json()["id"])
        else:
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("kills", [3, pytest.param(200, marks=pytest.mark.long)], ids=["short", "full"])
async def test_a_killed_process_leaves_a_sound_sqlite_file(sqlite_url: str, tmp_path: Path, kills: int) -> None:
    desk = ServedDesk(tmp_path, sqlite_url)
    workers = Workers(desk)
    async with desk.open() as opened:
        for _ in range(kills):
            worker = workers.start()
            for _ in range(TICKETS_EACH):
                async with opened.database.transaction() as session:
                    await build_ticket(session)
            await worker.kill()

    path = sqlite_url.removeprefix("sqlite:///")
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("SELECT count(*) FROM tickets").fetchall() == [(kills * TICKETS_EACH,)]
    connection.close()
