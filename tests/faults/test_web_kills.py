"""Web processes are killed under load: nothing that a client was told is gone."""

import asyncio
import sqlite3

import pytest
from httpx import AsyncClient, HTTPError

from app.core.desk import Desk
from tests.faults.answering import new_tickets, new_tokens, replies, send, take
from tests.faults.webs import Web, Webs
from tests.faults.workers import moment
from tests.support.network import eventually
from tests.support.serving import ServedDesk

WRITERS = 3
BACK_SECONDS = 120
UNDER_LOAD_SECONDS = 0.3


@pytest.mark.parametrize("kills", [3, pytest.param(60, marks=pytest.mark.long)], ids=["short", "full"])
async def test_no_reply_that_was_acknowledged_is_gone(desk: ServedDesk, webs: Webs, kills: int) -> None:
    """Two processes by turns: while one is down its clients wait, and ask again when it is back."""
    async with desk.open() as opened:
        tokens = await new_tokens(opened, *(f"担当 {number}" for number in range(WRITERS)))
        processes = [await webs.start(), await webs.start()]
        acknowledged: dict[int, int] = {}
        writers = [
            asyncio.create_task(_answer_tickets(opened, processes[number % 2], token, acknowledged))
            for number, token in enumerate(tokens)
        ]
        for turn in range(kills):
            await _grows(acknowledged)
            await moment(UNDER_LOAD_SECONDS)
            victim = processes[turn % 2]
            victim.kill()
            await victim.start()
        await _grows(acknowledged)
        for writer in writers:
            writer.cancel()
        await asyncio.gather(*writers, return_exceptions=True)

        for ticket_id, message_id in acknowledged.items():
            assert await replies(opened, ticket_id) == [message_id]
    _is_sound(desk.database_url)


async def _answer_tickets(opened: Desk, web: Web, token: str, acknowledged: dict[int, int]) -> None:
    """A reply to each of many tickets, one after another; whatever fails is tried again until it is known."""
    async with web.client(token) as client:
        while True:
            [ticket_id] = await new_tickets(opened, 1)
            acknowledged[ticket_id] = await _answer(client, ticket_id)


async def _answer(client: AsyncClient, ticket_id: int) -> int:
    """By one key, as a program does that never answers twice."""
    client.headers["Idempotency-Key"] = f"answer {ticket_id}"
    lock_token = ""
    while True:
        try:
            lock_token = lock_token or (await take(client, ticket_id)).json()["token"]
            answer = await send(client, ticket_id, lock_token)
        except HTTPError:
            await asyncio.sleep(0.05)
            continue
        assert answer.status_code == 201, answer.text
        return int(answer.json()["id"])


async def _grows(acknowledged: dict[int, int]) -> None:
    count = len(acknowledged)
    await eventually(lambda: len(acknowledged) > count, what="an answer", seconds=BACK_SECONDS)


def _is_sound(database_url: str) -> None:
    """What SQLite says of its own file."""
    if database_url.startswith("sqlite"):
        connection = sqlite3.connect(database_url.removeprefix("sqlite:///"))
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        connection.close()
