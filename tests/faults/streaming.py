"""Pages that listen to a desk over real connections, many at once: as a browser does, down to the bytes."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from tests.support.network import LOOPBACK

PATIENCE_SECONDS = 120
LIMIT = 1024 * 1024


@dataclass(slots=True)
class Page:
    """`last_id` is what a browser sends as Last-Event-ID."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    last_id: str = ""
    numbers: set[int] = field(default_factory=set)
    """Of the tickets that were told."""

    async def hears(self, *numbers: int) -> set[int]:
        """Of which tickets it was told, once these are among them."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not self.numbers >= set(numbers):
                await self._next()
        return self.numbers

    async def is_welcome(self) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await self._next() != "counts":
                pass

    async def has_lost_its_line(self) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            try:
                while await self._next():
                    pass
            except OSError:
                return

    async def _next(self) -> str:
        """The name of the next event; nothing when the stream has ended."""
        fields: dict[str, str] = {}
        while line := (await self.reader.readline()).decode():
            name, _, value = line.rstrip("\r\n").partition(": ")
            fields[name] = value
            if line in ("\n", "\r\n") and "event" in fields:
                break
        self._take(fields)
        return fields.get("event", "")

    def _take(self, fields: dict[str, str]) -> None:
        self.last_id = fields.get("id", self.last_id)
        if fields.get("event") == "ticket":
            self.numbers.add(json.loads(fields["data"])["number"])


@asynccontextmanager
async def open_page(port: int, token: str, *, last_id: str = "") -> AsyncIterator[Page]:
    reader, writer = await asyncio.open_connection(LOOPBACK, port, limit=LIMIT)
    lines = ["GET /api/v1/live HTTP/1.1", f"Host: {LOOPBACK}:{port}", f"Authorization: Bearer {token}"]
    if last_id:
        lines.append(f"Last-Event-ID: {last_id}")
    writer.write("\r\n".join([*lines, "", ""]).encode())
    try:
        yield Page(reader, writer, last_id)
    finally:
        writer.transport.abort()
        await asyncio.sleep(0)


@asynccontextmanager
async def open_pages(port: int, token: str, count: int) -> AsyncIterator[list[Page]]:
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(open_page(port, token)) for _ in range(count)]
