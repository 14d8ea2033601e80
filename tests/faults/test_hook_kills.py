"""Two processes that take in LINE's webhooks and digest them are killed, again and again: each event is there once."""

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

import httpx
import pytest
from sqlalchemy import func, select

from app.channels.models import Channel
from app.conversations.models import Conversation
from app.core.database import Database
from app.inbox.ticket_queries import list_messages
from app.ingest.models import RawMessage, RawState
from app.tickets.message_models import Message
from app.tickets.models import Ticket
from tests.faults.webs import Web, Webs
from tests.support.leases import end_claims
from tests.support.line_events import SAID_AT, body_of, build_line, from_user, signed, text
from tests.support.network import eventually
from tests.support.serving import ServedDesk

USERS = 20
DELIVERED_AT_MOST = 5
SENDERS = 8
"""Deliveries on their way at once."""
DIGESTED_SECONDS = 600
AGAIN_SECONDS = 0.05
DIGESTING_SECONDS = 0.5


@dataclass(slots=True)
class Platform:
    """Delivers until it hears 200, to whichever process, as often as it likes to."""

    channel: Channel
    webs: tuple[Web, ...]
    deliveries: list[bytes]
    dice: random.Random
    taken: int = 0
    _client: httpx.AsyncClient = field(default_factory=lambda: httpx.AsyncClient(timeout=30))

    async def run(self) -> None:
        async with self._client:
            await asyncio.gather(*(self._send() for _ in range(SENDERS)))

    def has_taken(self, count: int) -> bool:
        return self.taken >= count

    async def _send(self) -> None:
        while self.deliveries:
            body = self.deliveries.pop()
            await self._deliver(body)
            self.taken += 1

    async def _deliver(self, body: bytes) -> None:
        while True:
            if await self._is_taken(body):
                return
            await asyncio.sleep(AGAIN_SECONDS)

    async def _is_taken(self, body: bytes) -> bool:
        address = f"{self.dice.choice(self.webs).address}/hooks/line/{self.channel.key}"
        try:
            return (await self._client.post(address, content=body, headers=signed(body))).status_code == 200
        except httpx.HTTPError:
            return False


@pytest.mark.parametrize(
    ("events", "kills"), [(400, 4), pytest.param(10_000, 60, marks=pytest.mark.long)], ids=["short", "full"]
)
async def test_each_event_is_there_once_and_each_talk_in_order(
    desk: ServedDesk, webs: Webs, events: int, kills: int
) -> None:
    dice = random.Random(6)
    async with desk.open() as opened:
        channel = await build_line(opened.database, opened.box)
        processes = (await webs.start(has_background=True), await webs.start(has_background=True))
        platform = Platform(channel, processes, _deliveries(events, dice), dice)
        count = len(platform.deliveries)
        delivering = asyncio.create_task(platform.run())
        for turn in range(kills):
            until = count * (turn + 1) // (kills + 1)
            await eventually(partial(platform.has_taken, until), what="deliveries", seconds=DIGESTED_SECONDS)
            victim = processes[turn % 2]
            victim.kill()
            await victim.start()
        await delivering
        await _all_digested(opened.database)

        await _require_each_once(opened.database, events)


def _deliveries(count: int, dice: random.Random) -> list[bytes]:
    """Of each event one to five, shuffled; some come two in one body."""
    events = [
        text(
            f"{number}",
            source=from_user(f"U{number % USERS:032}"),
            at=SAID_AT + timedelta(seconds=number),
            event_id=f"01KILL{number:020}",
        )
        for number in range(count)
    ]
    deliveries = [
        {**event, "deliveryContext": {"isRedelivery": again > 0}}
        for event in events
        for again in range(dice.randint(1, DELIVERED_AT_MOST))
    ]
    dice.shuffle(deliveries)
    bodies = []
    while deliveries:
        bodies.append(body_of(*(deliveries.pop() for _ in range(min(dice.randint(1, 2), len(deliveries))))))
    return bodies


async def _all_digested(database: Database) -> None:
    """What a killed process had taken is free again after a while that the test does not wait for."""
    async with asyncio.timeout(DIGESTED_SECONDS):
        while await _count_waiting(database):
            await end_claims(database)
            await asyncio.sleep(DIGESTING_SECONDS)


async def _count_waiting(database: Database) -> int:
    async with database.reading() as session:
        waiting = select(func.count()).where(RawMessage.state == RawState.STORED)
        return await session.scalar(waiting) or 0


async def _require_each_once(database: Database, count: int) -> None:
    async with database.reading() as session:
        said = Counter((await session.scalars(select(Message.text))).all())
        states = set((await session.scalars(select(RawMessage.state))).all())
        conversations = (await session.scalars(select(Conversation).order_by(Conversation.id))).all()
        tickets = (await session.scalars(select(Ticket.id))).all()
        shown = [
            sorted(await list_messages(session, ticket_id), key=lambda each: (each.created_at, each.ticket_version))
            for ticket_id in tickets
        ]
    assert said == Counter({str(number): 1 for number in range(count)})
    assert states == {RawState.DIGESTED}
    assert len(conversations) == len(tickets) == USERS
    assert all(each.last_inbound_at == SAID_AT + timedelta(seconds=_last(each, count)) for each in conversations)
    for messages in shown:
        numbers = [int(message.text) for message in messages]
        assert numbers == sorted(numbers)


def _last(conversation: Conversation, count: int) -> int:
    user = int(conversation.address.removeprefix("U"))
    return max(range(user, count, USERS))
