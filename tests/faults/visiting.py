"""Visitors of a website's chat over real connections, many at once: they lose the line, repeat themselves, and keep a
ledger of their own of what they said."""

import asyncio
import json
import random
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from httpx import AsyncClient, HTTPError

from app.channels.models import Channel
from app.conversations import visitor_queries
from app.conversations.keys import talk_key
from app.conversations.visitor_models import Visitor
from app.core.crypto import hash_token
from app.core.desk import Desk
from tests.support.network import LOOPBACK

PATIENCE_SECONDS = 300
PAUSE_SECONDS = 0.2
LIMIT = 4 * 1024 * 1024


@dataclass(slots=True)
class Caller:
    """One visitor's browser. `said` is the ledger; `seen` what its page shows by now, and
    `fresh` how often each came as something new."""

    number: int
    token: str
    key: str
    port: int
    said: list[str] = field(default_factory=list)
    seen: dict[int, dict[str, Any]] = field(default_factory=dict)
    fresh: Counter[int] = field(default_factory=Counter)
    cuts: int = 0

    async def say(self, client: AsyncClient, text: str, chance: random.Random) -> None:
        """Until it is told that it is stored; now and then once more, as after a lost answer."""
        form = {"id": str(uuid4()), "text": text, "files": []}
        times = 2 if chance.random() < 0.3 else 1
        while times:
            try:
                answer = await client.post(f"/chat/{self.key}/messages", json=form, headers=self.headers)
            except HTTPError:
                await asyncio.sleep(PAUSE_SECONDS)
                continue
            if answer.status_code == 201:
                times -= 1
            else:
                await asyncio.sleep(PAUSE_SECONDS)
        self.said.append(text)

    async def listen(self, chance: random.Random, stop: asyncio.Event, *, cut_rate: float) -> None:
        """As a widget does: again, as often as the line is lost."""
        while not stop.is_set():
            with suppress(OSError):
                await self._listen_once(chance, cut_rate)
            self.cuts += 1
            await asyncio.sleep(PAUSE_SECONDS)

    async def _listen_once(self, chance: random.Random, cut_rate: float) -> None:
        reader, writer = await asyncio.open_connection(LOOPBACK, self.port, limit=LIMIT)
        try:
            lines = [f"GET /chat/{self.key}/stream HTTP/1.1", f"Host: {LOOPBACK}", *_lines(self.headers), "", ""]
            writer.write("\r\n".join(lines).encode())
            event = ""
            while line := (await reader.readline()).decode():
                if line.startswith("event: "):
                    event = line[7:].strip()
                elif line.startswith("data: "):
                    self._take(event, json.loads(line[6:]))
                    if chance.random() < cut_rate:
                        return
        finally:
            writer.transport.abort()

    def _take(self, event: str, data: dict[str, Any]) -> None:
        for message in data["messages"] if event == "sync" else [data] if event == "message" else []:
            self.fresh[message["id"]] += message["id"] not in self.seen
            self.seen[message["id"]] = message

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def shown(self, speaker: str) -> list[str]:
        """In the order of the page."""
        ordered = sorted(self.seen.values(), key=lambda each: (each["at"], each["id"]))
        return [each["text"] for each in ordered if each["from"] == speaker]


def _lines(headers: dict[str, str]) -> list[str]:
    return [f"{name}: {value}" for name, value in headers.items()]


async def new_callers(opened: Desk, channel: Channel, port: int, count: int) -> list[Caller]:
    """Made without the network: so many from one address would be too many."""
    callers = []
    async with opened.database.transaction() as session:
        for number in range(count):
            address, token = f"v-{number:06}", f"token-{number:06}"
            key = talk_key(channel.id, "person", address)
            visitor = await visitor_queries.add_visitor(
                session, Visitor(channel_id=channel.id, address=address, key_hash=key, language="ja")
            )
            await visitor_queries.add_token(session, hash_token(token), visitor.id)
            callers.append(Caller(number, token, channel.key, port))
    return callers


async def converse(callers: Sequence[Caller], client: AsyncClient, *, words: int, seed: int) -> None:
    """Each says so many things, one after the other, all at the same time."""
    await asyncio.gather(*(_converse(each, client, words, random.Random(seed + each.number)) for each in callers))


async def _converse(caller: Caller, client: AsyncClient, words: int, chance: random.Random) -> None:
    for number in range(words):
        await asyncio.sleep(chance.random())
        await caller.say(client, f"{caller.number}番の{number + 1}つ目", chance)
