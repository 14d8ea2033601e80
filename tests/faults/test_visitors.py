"""Many visitors of a website's chat while lines are cut and the desk is killed: nothing lost, nothing twice, no word at
anybody else's."""

import asyncio
import random
from collections.abc import Sequence

import pytest
from httpx import AsyncClient, Limits
from sqlalchemy import func, select

from app.core.desk import Desk
from app.tickets.message_models import Message, MessageKind
from app.tickets.models import Ticket
from tests.faults.answering import new_tokens
from tests.faults.visiting import PATIENCE_SECONDS, Caller, converse, new_callers
from tests.support.chats import build_chat
from tests.support.network import eventually
from tests.support.serving import ServedDesk

WORDS = 3
ANSWERS = 2
CUT_RATE = 0.1
KILLS = {40: 1, 1000: 3}


@pytest.mark.parametrize("count", [40, pytest.param(1000, marks=pytest.mark.long)], ids=["short", "full"])
async def test_every_visitor_has_all_of_their_chat_once_and_nothing_of_anothers(desk: ServedDesk, count: int) -> None:
    async with desk.open() as opened:
        channel = await build_chat(opened.database, needs_presence=False)
        [token] = await new_tokens(opened, "佐藤")
        desk.start()
        callers = await new_callers(opened, channel, desk.port, count)
        stop = asyncio.Event()
        async with _client(desk) as client, asyncio.TaskGroup() as group:
            for each in callers:
                group.create_task(each.listen(random.Random(each.number), stop, cut_rate=CUT_RATE))
            talking = group.create_task(converse(callers, client, words=WORDS, seed=count))
            for _ in range(KILLS[count]):
                await asyncio.sleep(1)
                desk.kill()
                await asyncio.to_thread(desk.start)
            await talking
            await _has_all(opened, callers)
            await _answer_all(opened, desk, token, callers)
            await eventually(lambda: all(_is_complete(each) for each in callers), what="all", seconds=PATIENCE_SECONDS)
            stop.set()
            for each in callers:
                each.port = 1
            desk.stop()

    for each in callers:
        assert each.shown("visitor") == each.said
        assert each.shown("agent") == [f"{each.number}番へ{number + 1}" for number in range(ANSWERS)]
        assert set(each.fresh.values()) == {1}


def _is_complete(caller: Caller) -> bool:
    return len(caller.shown("agent")) == ANSWERS and len(caller.shown("visitor")) == WORDS


def _client(desk: ServedDesk) -> AsyncClient:
    limits = Limits(max_connections=100, keepalive_expiry=1)
    return AsyncClient(base_url=desk.address, timeout=PATIENCE_SECONDS, limits=limits)


async def _has_all(opened: Desk, callers: Sequence[Caller]) -> None:
    """At every visitor, so in the store too; a ticket for each."""
    await eventually(
        lambda: all(len(each.shown("visitor")) == WORDS for each in callers), what="all words", seconds=PATIENCE_SECONDS
    )
    async with opened.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Message)) == len(callers) * WORDS
        assert await session.scalar(select(func.count()).select_from(Ticket)) == len(callers)


async def _answer_all(opened: Desk, desk: ServedDesk, token: str, callers: Sequence[Caller]) -> None:
    """By the API, each ticket so often; by the number that its visitor said."""
    async with opened.database.reading() as session:
        statement = select(Message.ticket_id, Message.text).where(Message.kind == MessageKind.INBOUND)
        numbers = {row.ticket_id: row.text.partition("番")[0] for row in await session.execute(statement)}
    async with AsyncClient(
        base_url=f"{desk.address}/api/v1", headers={"Authorization": f"Bearer {token}"}, timeout=PATIENCE_SECONDS
    ) as client:
        for answer in range(ANSWERS):
            for ticket_id, number in numbers.items():
                await _answer(client, ticket_id, f"{number}番へ{answer + 1}")


async def _answer(client: AsyncClient, ticket_id: int, text: str) -> None:
    lock = (await client.put(f"/tickets/{ticket_id}/lock")).json()
    ticket = (await client.get(f"/tickets/{ticket_id}")).json()
    reply = {"lock_token": lock["token"], "base_version": ticket["version"], "text": text}
    answer = await client.post(f"/tickets/{ticket_id}/replies", json=reply)
    assert answer.status_code == 201, answer.text
