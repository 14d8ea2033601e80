"""Two, then ten agents answer one ticket at the same time, over HTTP and several processes: exactly one may."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest
from httpx import AsyncClient, Response

from app.core.desk import Desk
from tests.faults.answering import new_tickets, new_tokens, replies, send, take
from tests.support.serving import ServedDesk

SQLITE_PROCESSES, POSTGRES_PROCESSES = 2, 4
PATIENCE_SECONDS = 120
AGENTS = 10


@pytest.mark.parametrize("rounds", [10, pytest.param(1000, marks=pytest.mark.long)], ids=["short", "full"])
async def test_of_many_who_answer_at_once_exactly_one_is_accepted(desk: ServedDesk, rounds: int) -> None:
    processes = SQLITE_PROCESSES if desk.database_url.startswith("sqlite") else POSTGRES_PROCESSES
    desk.options = ("--workers", str(processes), "--no-background")
    async with desk.open() as opened:
        desk.start()
        async with _clients(opened, desk) as clients:
            for some in (clients[:2], clients):
                for ticket_id in await new_tickets(opened, rounds):
                    answers = await _answer_at_once(some, ticket_id)
                    assert await replies(opened, ticket_id) == _accepted(answers)


@asynccontextmanager
async def _clients(opened: Desk, desk: ServedDesk) -> AsyncIterator[list[AsyncClient]]:
    """Of an agent each, with a connection of its own."""
    tokens = await new_tokens(opened, *(f"担当 {number}" for number in range(AGENTS)))
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(_client(desk, token)) for token in tokens]


def _client(desk: ServedDesk, token: str) -> AsyncClient:
    headers = {"Authorization": f"Bearer {token}"}
    return AsyncClient(base_url=f"{desk.address}/api/v1", headers=headers, timeout=PATIENCE_SECONDS)


async def _answer_at_once(clients: Sequence[AsyncClient], ticket_id: int) -> list[Response]:
    barrier = asyncio.Barrier(len(clients))
    return list(await asyncio.gather(*(_answer(client, ticket_id, barrier) for client in clients)))


async def _answer(client: AsyncClient, ticket_id: int, barrier: asyncio.Barrier) -> Response:
    """The lock, then the reply to what everybody saw: the ticket's first version."""
    await barrier.wait()
    lock = await take(client, ticket_id)
    return await send(client, ticket_id, lock.json()["token"]) if lock.status_code == 200 else lock


def _accepted(answers: Sequence[Response]) -> list[int]:
    """The ids of what was accepted, which is one; all others are told who answers, or what is new."""
    accepted = [answer.json()["id"] for answer in answers if answer.status_code == 201]
    assert len(accepted) == 1
    for answer in answers:
        assert answer.status_code == 201 or _is_explained(answer.status_code, answer.json()), answer.text
    return accepted


def _is_explained(status: int, problem: dict[str, Any]) -> bool:
    if status == 423:
        return bool(problem["holder"]["name"]) and problem["holder"]["name"] in problem["detail"]
    return status == 409 and problem["code"] == "ticket_changed" and len(problem["newer"]) == 1
