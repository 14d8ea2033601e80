"""The life of a reply lock between several processes: it is kept, lost and taken away, and never gives two senders."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from httpx import AsyncClient, Response
from sqlalchemy import update

from app.accounts.models import Role
from app.core.desk import Desk
from app.replies.models import ReplyLock
from app.tickets.history_models import EventKind
from tests.faults.answering import event_kinds, new_tickets, new_tokens, replies, send, take
from tests.faults.webs import Web, Webs
from tests.support.serving import ServedDesk

HELD = 5
REASON = {"reason": "早退したため"}
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BETWEEN_BEATS, LIFE = timedelta(seconds=30), timedelta(seconds=90)


@dataclass(slots=True)
class Scene:
    """Two processes of one desk; 花子 works at the one, 健 and the lead 恵 at the other."""

    opened: Desk
    here: Web
    there: Web
    hanako: AsyncClient
    ken: AsyncClient
    megumi: AsyncClient

    async def pass_time(self, time: timedelta) -> None:
        """For every lock, by the clock of leases."""
        async with self.opened.database.transaction() as session:
            await session.execute(update(ReplyLock).values(expires=ReplyLock.expires - time.total_seconds()))


@pytest_asyncio.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


async def open_scene(
    desk: ServedDesk, webs: Webs, stack: AsyncExitStack, *, clock_error: timedelta = timedelta()
) -> Scene:
    opened = await stack.enter_async_context(desk.open())
    hanako, ken = await new_tokens(opened, "山田 花子", "鈴木 健")
    [megumi] = await new_tokens(opened, "佐藤 恵", role=Role.LEAD)
    here, there = await webs.start(), await webs.start(clock_error=clock_error)
    clients = [here.client(hanako), there.client(ken), there.client(megumi)]
    return Scene(opened, here, there, *[await stack.enter_async_context(client) for client in clients])


async def test_a_lock_without_heartbeat_ends_and_the_next_one_kills_it(
    desk: ServedDesk, webs: Webs, stack: AsyncExitStack
) -> None:
    scene = await open_scene(desk, webs, stack)
    [ticket_id] = await new_tickets(scene.opened, 1)
    old = (await take(scene.hanako, ticket_id)).json()["token"]
    refused = await take(scene.ken, ticket_id)

    await scene.pass_time(LIFE)
    shown = (await scene.ken.get(f"/tickets/{ticket_id}")).json()["lock"]
    new = (await take(scene.ken, ticket_id)).json()["token"]

    late = await take(scene.hanako, ticket_id, old), await send(scene.hanako, ticket_id, old)
    assert shown is None
    assert _holder(refused) == "山田 花子"
    assert [_holder(answer) for answer in late] == ["鈴木 健", "鈴木 健"]
    assert (await send(scene.ken, ticket_id, new)).status_code == 201
    assert len(await replies(scene.opened, ticket_id)) == 1


@pytest.mark.parametrize("beats", [4, pytest.param(100, marks=pytest.mark.long)], ids=["short", "full"])
async def test_heartbeats_keep_locks_under_load(
    desk: ServedDesk, webs: Webs, stack: AsyncExitStack, beats: int
) -> None:
    """Far longer than a lock lives, while others want it and write."""
    scene = await open_scene(desk, webs, stack)
    ticket_ids = await new_tickets(scene.opened, HELD)
    tokens = {ticket_id: (await take(scene.hanako, ticket_id)).json()["token"] for ticket_id in ticket_ids}

    for _ in range(beats):
        await scene.pass_time(BETWEEN_BEATS)
        renewals = asyncio.gather(*(take(scene.hanako, each, token) for each, token in tokens.items()))
        wishes = asyncio.gather(*(take(scene.ken, each) for each in ticket_ids))
        notes = asyncio.gather(*(_note(scene.megumi, each) for each in ticket_ids))
        renewed, wished, noted = await asyncio.gather(renewals, wishes, notes)

        assert {answer.json().get("token") for answer in renewed} == set(tokens.values())
        assert {answer.status_code for answer in wished} == {423}
        assert {answer.status_code for answer in noted} == {201}


@pytest.mark.parametrize("way", ["takeover", "release"])
async def test_what_a_lead_takes_away_is_dead_at_once_in_another_process(
    desk: ServedDesk, webs: Webs, stack: AsyncExitStack, way: str
) -> None:
    scene = await open_scene(desk, webs, stack)
    for ticket_id in await new_tickets(scene.opened, 5):
        token = (await take(scene.hanako, ticket_id)).json()["token"]

        assert (await _take_away(scene.megumi, ticket_id, way)).is_success

        late = await send(scene.hanako, ticket_id, token), await take(scene.hanako, ticket_id, token)
        assert [answer.status_code for answer in late] == [423, 423]
        assert [answer.json()["lost"]["reason"] for answer in late] == [REASON["reason"]] * 2
        assert await replies(scene.opened, ticket_id) == []


@pytest.mark.parametrize("rounds", [10, pytest.param(500, marks=pytest.mark.long)], ids=["short", "full"])
async def test_a_reply_and_a_take_over_at_once_are_one_after_the_other(
    desk: ServedDesk, webs: Webs, stack: AsyncExitStack, rounds: int
) -> None:
    scene = await open_scene(desk, webs, stack)
    for ticket_id in await new_tickets(scene.opened, rounds):
        token = (await take(scene.hanako, ticket_id)).json()["token"]

        sent, taken = await asyncio.gather(
            send(scene.hanako, ticket_id, token), _take_away(scene.megumi, ticket_id, "takeover")
        )

        kinds = await event_kinds(scene.opened, ticket_id)
        assert taken.status_code == 200
        assert (sent.status_code == 201) is (EventKind.REPLIED in kinds)
        assert (sent.status_code == 423) is (EventKind.LOCK_TAKEN_OVER in kinds)


@pytest.mark.parametrize(
    ("clock_error", "rounds"),
    [
        (HOUR, 3),
        (-DAY, 3),
        *(pytest.param(error, 100, marks=pytest.mark.long) for error in (HOUR, -HOUR, DAY, -DAY)),
    ],
    ids=["hour_ahead", "day_behind", "full_hour_ahead", "full_hour_behind", "full_day_ahead", "full_day_behind"],
)
async def test_a_wrong_clock_never_gives_two_senders(
    desk: ServedDesk, webs: Webs, stack: AsyncExitStack, clock_error: timedelta, rounds: int
) -> None:
    """At one process all clocks are wrong, that of leases too: it may take locks early, and no more than that."""
    scene = await open_scene(desk, webs, stack, clock_error=clock_error)
    for ticket_id in await new_tickets(scene.opened, 2 * rounds):
        clients = [scene.hanako, scene.ken] if ticket_id % 2 else [scene.ken, scene.hanako]
        tokens = [(await take(client, ticket_id)).json().get("token", "") for client in clients]

        answers = await asyncio.gather(
            *(send(client, ticket_id, token) for client, token in zip(clients, tokens, strict=True))
        )

        assert sorted(answer.status_code for answer in answers) == [201, 423]
        assert len(await replies(scene.opened, ticket_id)) == 1


async def _take_away(client: AsyncClient, ticket_id: int, way: str) -> Response:
    return await client.post(f"/tickets/{ticket_id}/lock/{way}", json=REASON)


async def _note(client: AsyncClient, ticket_id: int) -> Response:
    return await client.post(f"/tickets/{ticket_id}/notes", json={"text": "確認中です。"})


def _holder(answer: Response) -> Any:
    assert answer.status_code == 423
    return answer.json()["holder"]["name"]
