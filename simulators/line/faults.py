"""Calls that go wrong on demand, around the whole program: an answer can be lost after it was given."""

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from random import Random
from typing import Any

from simulators.line import naming, problems
from simulators.line.platform import Platform
from simulators.line.rules import Faults

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Program = Callable[[Scope, Receive, Send], Awaitable[None]]

SENDING = ("/v2/bot/message/reply", "/v2/bot/message/push")
API = "/v2/"
KINDS = ("dropped_before", "dropped_after", "delayed", "failed", "limited")
REFUSALS = {"failed": (500, problems.INTERNAL), "limited": (429, problems.RATE_LIMIT)}


class FaultyLine:
    """Outermost: what it cuts is cut. Each answer of the API gets its `x-line-request-id` here."""

    def __init__(self, program: Program, platform: Platform) -> None:
        self._program, self._platform = program, platform
        self._random = Random()
        self._seed: int | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(API):
            await self._program(scope, receive, send)
            return
        number = naming.request_id()
        scope.setdefault("state", {})["request_id"] = number
        await self._answer(self._fault(scope["path"]), scope, receive, _numbered(send, number))

    async def _answer(self, fault: str, scope: Scope, receive: Receive, send: Send) -> None:
        if fault in REFUSALS:
            await _refuse(send, *REFUSALS[fault])
        elif fault == "dropped_before":
            await _cut(receive, send)
        elif fault == "dropped_after":
            await self._program(scope, receive, _swallow)
            await _cut(receive, send)
        else:
            held = _Held(send, self._platform.rules.faults.delay_seconds if fault == "delayed" else 0)
            await self._program(scope, receive, held)

    def _fault(self, path: str) -> str:
        """One or none."""
        faults = self._platform.rules.faults
        if faults.reaches == "sending" and path not in SENDING:
            return ""
        chance = self._generator(faults).random()
        for kind in KINDS:
            chance -= getattr(faults, kind)
            if chance < 0:
                return kind
        return ""

    def _generator(self, faults: Faults) -> Random:
        if faults.seed != self._seed:
            self._random, self._seed = Random(faults.seed), faults.seed
        return self._random


class _Held:
    """Waits before the answer begins; what was asked for is done by then."""

    def __init__(self, send: Send, seconds: float) -> None:
        self._send, self._seconds = send, seconds

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and self._seconds:
            await asyncio.sleep(self._seconds)
        await self._send(message)


def _numbered(send: Send, number: str) -> Send:
    """Keeps the server's own `send` within reach of `_cut`."""

    async def numbered(message: Message) -> None:
        if message["type"] == "http.response.start":
            names = {name for name, _ in message["headers"]}
            if b"x-line-request-id" not in names:
                message["headers"] = [*message["headers"], (b"x-line-request-id", number.encode())]
        await send(message)

    numbered.server = getattr(send, "__self__", None)  # type: ignore[attr-defined]
    return numbered


async def _cut(receive: Receive, send: Send) -> None:
    """As when the line breaks: no byte of an answer. Raises ConnectionResetError where there is no line to cut."""
    transport = getattr(getattr(send, "server", None), "transport", None)
    if transport is None:
        raise ConnectionResetError("the connection was cut")
    transport.abort()
    while (await receive())["type"] != "http.disconnect":
        pass


async def _refuse(send: Send, status: int, message: str) -> None:
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps({"message": message}).encode()})


async def _swallow(message: Message) -> None:
    """The answer that nobody gets."""
