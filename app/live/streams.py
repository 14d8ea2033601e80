"""One browser's stream: frames wait in a short queue until its connection takes them."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.accounts.audiences import Viewer
from app.live.positions import Position

QUEUE_LENGTH = 300
KEEP_ALIVE_SECONDS = 15.0
HELLO = b": connected\nretry: 2000\n\n"
KEEP_ALIVE = b": still here\n\n"


@dataclass(frozen=True, slots=True)
class Credential:
    """What proves who reads the stream; when it ends, the stream does."""

    session_id: int | None = None
    token_id: int | None = None


def encode(event: str, data: Mapping[str, Any], position: Position) -> bytes:
    """As the EventSource standard has it; JSON has no line ends of its own."""
    return f"id: {position}\nevent: {event}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()


class Stream:
    """`viewer` is read anew by the hub; a stream holds no session and no connection to a database."""

    def __init__(
        self, viewer: Viewer, credential: Credential, after: Position | None, *, was_cut: bool = False
    ) -> None:
        self.viewer = viewer
        self.credential = credential
        self.after = after
        self.was_cut = was_cut
        """Whether it goes on after a break, however long that was, and not where a page was read just now."""

        self.counts: Mapping[str, Any] | None = None
        self.notices: Mapping[str, int] | None = None
        self._frames: deque[bytes] = deque()
        self._news = asyncio.Event()
        self._has_ended = False

    @property
    def locale(self) -> str:
        return self.viewer.agent.locale

    def take(self, frame: bytes | None, position: Position) -> None:
        """A browser that takes nothing for long is told to read its page anew."""
        if frame is None:
            return
        if len(self._frames) >= QUEUE_LENGTH:
            self.reset(position)
            return
        self._frames.append(frame)
        self._news.set()

    def reset(self, position: Position) -> None:
        """Nothing that waited matters any more."""
        self._frames.clear()
        self.take(encode("reset", {}, position), position)

    def end(self) -> None:
        self._has_ended = True
        self._news.set()

    async def chunks(self) -> AsyncIterator[bytes]:
        yield HELLO
        while not self._has_ended:
            if self._frames:
                yield self._frames.popleft()
            else:
                async for chunk in self._wait():
                    yield chunk

    async def _wait(self) -> AsyncIterator[bytes]:
        self._news.clear()
        try:
            async with asyncio.timeout(KEEP_ALIVE_SECONDS):
                await self._news.wait()
        except TimeoutError:
            yield KEEP_ALIVE
