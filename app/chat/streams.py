"""One browser's stream of a chat: what it was told, and what waits until its connection takes it."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Mapping
from typing import Any

from app.chat.views import Sync

QUEUE_LENGTH = 100
KEEP_ALIVE_SECONDS = 15.0
KEEP_ALIVE = b": still here\n\n"


def encode(event: str, data: Mapping[str, Any]) -> bytes:
    return f"event: {event}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()


class VisitorStream:
    """It holds no session and no connection to a database."""

    def __init__(self, visitor_id: int, key_hash: str, channel_key: str, token_hash: str) -> None:
        self.visitor_id = visitor_id
        self.key_hash = key_hash
        self.channel_key = channel_key
        self.token_hash = token_hash
        self._told: Mapping[int, tuple[object, ...]] | None = None
        self._state: Mapping[str, Any] = {}
        self._frames: deque[bytes] = deque()
        self._news = asyncio.Event()
        self._has_ended = False

    def tell(self, sync: Sync) -> None:
        """Everything at first, and to a browser that takes nothing for long; then only what is new."""
        if self._told is None or len(self._frames) >= QUEUE_LENGTH:
            self._frames.clear()
            self._take(encode("sync", sync.document()))
        else:
            for message in sync.messages:
                if self._told.get(message["id"]) != sync.marks[message["id"]]:
                    self._take(encode("message", message))
            if sync.state != self._state:
                self._take(encode("state", sync.state))
        self._told, self._state = sync.marks, sync.state

    def end(self) -> None:
        self._has_ended = True
        self._news.set()

    async def chunks(self) -> AsyncIterator[bytes]:
        yield b": connected\n\n"
        while not self._has_ended:
            if self._frames:
                yield self._frames.popleft()
            else:
                async for chunk in self._wait():
                    yield chunk

    def _take(self, frame: bytes) -> None:
        self._frames.append(frame)
        self._news.set()

    async def _wait(self) -> AsyncIterator[bytes]:
        self._news.clear()
        try:
            async with asyncio.timeout(KEEP_ALIVE_SECONDS):
                await self._news.wait()
        except TimeoutError:
            yield KEEP_ALIVE
