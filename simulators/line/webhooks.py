"""Webhooks on their way to the desk: signed, sent again until it says 200, doubled and shuffled on demand."""

import asyncio
import json
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from random import Random
from typing import Any

import httpx

from simulators.line.events import Event, redelivered
from simulators.line.rules import Webhooks
from simulators.line.signing import signature

KEPT_DELIVERIES = 20_000
KEPT_ANSWER = 300
"""Characters of what the desk said."""
MAX_CONNECTIONS = 20
AGENT = "LineBotWebhook/2.0"


@dataclass(slots=True)
class Attempt:
    """`status` 0: no answer, and `said` tells why."""

    status: int
    said: str
    milliseconds: int
    is_redelivery: bool


@dataclass(slots=True)
class Delivery:
    number: int
    at: int
    event_ids: list[str]
    kinds: list[str]
    body: dict[str, Any]
    state: str = "waiting"
    """`waiting`, `delivered`, `given_up`, or `off` where webhooks are switched off."""
    attempts: list[Attempt] = field(default_factory=list)

    def in_words(self) -> dict[str, Any]:
        return asdict(self)


class Courier:
    def __init__(
        self, clock: Callable[[], float], told: Callable[[], None], client: httpx.AsyncClient | None = None
    ) -> None:
        self._clock, self._told = clock, told
        self._client = client or httpx.AsyncClient(
            limits=httpx.Limits(max_connections=MAX_CONNECTIONS), trust_env=False
        )
        self._random = Random()
        self._deliveries: deque[Delivery] = deque(maxlen=KEPT_DELIVERIES)
        self._tasks: set[asyncio.Task[None]] = set()
        self._count = 0
        self._in_order = asyncio.Lock()
        self._lines = asyncio.Semaphore(MAX_CONNECTIONS)

    def send(self, url: str, secret: str, body: dict[str, Any], rules: Webhooks, *, copies: int = 0) -> Delivery:
        """On its way in the background; `copies` are sent besides, whatever the desk answers."""
        delivery = self._note(body)
        if not rules.is_active or not url:
            delivery.state = "off"
            return delivery
        doubled = copies + (self._random.random() < rules.duplicated)
        for number in range(1 + doubled):
            self._start(self._carry(delivery, url, secret, rules, is_copy=number > 0))
        return delivery

    async def wait(self) -> None:
        """Until nothing is on its way any more."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def test(self, url: str, secret: str, body: dict[str, Any], rules: Webhooks) -> Attempt:
        return await self._attempt(url, secret, body, rules, is_redelivery=False)

    def deliveries(self, last: int | None = None) -> list[dict[str, Any]]:
        """Oldest first."""
        wanted = list(self._deliveries)[-last:] if last else self._deliveries
        return [delivery.in_words() for delivery in wanted]

    def clear(self) -> None:
        for task in self._tasks:
            task.cancel()
        self._deliveries.clear()

    async def close(self) -> None:
        self.clear()
        await self._client.aclose()

    def _note(self, body: dict[str, Any]) -> Delivery:
        self._count += 1
        events: list[Event] = body["events"]
        ids = [str(event.get("webhookEventId", "")) for event in events]
        kinds = [str(event.get("type", "")) for event in events]
        delivery = Delivery(self._count, int(self._clock() * 1000), ids, kinds, body)
        self._deliveries.append(delivery)
        self._told()
        return delivery

    def _start(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _carry(self, delivery: Delivery, url: str, secret: str, rules: Webhooks, *, is_copy: bool) -> None:
        """First tries keep their order unless they are shuffled; what failed comes late, as at LINE."""
        if await self._first(delivery, url, secret, rules):
            return
        waits = rules.redelivery_seconds if rules.is_redelivered and not is_copy else []
        body = delivery.body | {"events": [redelivered(event) for event in delivery.body["events"]]}
        for seconds in waits:
            await asyncio.sleep(seconds)
            if self._settle(delivery, await self._attempt(url, secret, body, rules, is_redelivery=True)):
                return
        if not is_copy and delivery.state == "waiting":
            delivery.state = "given_up"

    async def _first(self, delivery: Delivery, url: str, secret: str, rules: Webhooks) -> bool:
        if rules.is_shuffled:
            await asyncio.sleep(rules.delay_seconds + self._random.random() * rules.shuffle_seconds)
            return self._settle(delivery, await self._attempt(url, secret, delivery.body, rules, is_redelivery=False))
        async with self._in_order:
            await asyncio.sleep(rules.delay_seconds)
            return self._settle(delivery, await self._attempt(url, secret, delivery.body, rules, is_redelivery=False))

    def _settle(self, delivery: Delivery, attempt: Attempt) -> bool:
        delivery.attempts.append(attempt)
        self._told()
        is_taken = 200 <= attempt.status < 300
        if is_taken:
            delivery.state = "delivered"
        return is_taken

    async def _attempt(
        self, url: str, secret: str, body: dict[str, Any], rules: Webhooks, *, is_redelivery: bool
    ) -> Attempt:
        data = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        headers = {
            "content-type": "application/json; charset=utf-8",
            "x-line-signature": signature(secret, data),
            "user-agent": AGENT,
        }
        async with self._lines:
            started = self._clock()
            status, said = await self._post(url, data, headers, rules.answer_seconds)
        return Attempt(status, said, int((self._clock() - started) * 1000), is_redelivery)

    async def _post(self, url: str, data: bytes, headers: dict[str, str], seconds: float) -> tuple[int, str]:
        """What the desk answered in time, or 0 and why there is none; waiting for a line was before that."""
        try:
            async with asyncio.timeout(seconds):
                answer = await self._client.post(url, content=data, headers=headers, timeout=None)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            return 0, f"{type(error).__name__}: {error}"
        return answer.status_code, answer.text[:KEPT_ANSWER]
