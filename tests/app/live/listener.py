"""A browser that listens: the application's stream, read event by event, without a server in between."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI
from httpx import AsyncClient

from app.live.hub import Hub

PATIENCE = 60.0


@dataclass(slots=True)
class Event:
    name: str
    data: dict[str, Any]
    id: str


@dataclass(slots=True)
class Listener:
    status: int = 0
    events: asyncio.Queue[Event] = field(default_factory=asyncio.Queue)
    has_ended: asyncio.Event = field(default_factory=asyncio.Event)
    is_connected: asyncio.Event = field(default_factory=asyncio.Event)
    _rest: str = ""

    async def next(self, name: str) -> Event:
        """The next event of this name; what comes before it is passed over."""
        async with asyncio.timeout(PATIENCE):
            while True:
                event = await self.events.get()
                if event.name == name:
                    return event

    async def names_within(self, seconds: float) -> list[str]:
        """What is heard in a while in which nothing particular should be."""
        names = []
        try:
            async with asyncio.timeout(seconds):
                while True:
                    names.append((await self.events.get()).name)
        except TimeoutError:
            return names

    def take(self, chunk: str) -> None:
        self.is_connected.set()
        *blocks, self._rest = (self._rest + chunk).split("\n\n")
        for block in blocks:
            fields = dict(line.split(": ", 1) for line in block.split("\n") if not line.startswith(":"))
            if "event" in fields:
                self.events.put_nowait(Event(fields["event"], json.loads(fields["data"]), fields["id"]))


@asynccontextmanager
async def listening(
    app: FastAPI, client: AsyncClient, *, after: str = "", path: str = "/live"
) -> AsyncIterator[Listener]:
    """As `client` is signed in; leaving the block is closing the tab."""
    listener, leaving = Listener(), asyncio.Event()

    async def receive() -> dict[str, Any]:
        await leaving.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            listener.status = message["status"]
        else:
            listener.take(message.get("body", b"").decode())

    async def run() -> None:
        await app(_scope(client, path, after), receive, send)
        listener.has_ended.set()

    task = asyncio.create_task(run())
    try:
        async with asyncio.timeout(PATIENCE):
            await listener.is_connected.wait()
        yield listener
    finally:
        leaving.set()
        async with asyncio.timeout(PATIENCE):
            await task


def _scope(client: AsyncClient, path: str, after: str) -> dict[str, Any]:
    request = client.build_request("GET", path, params={"after": after} if after else {})
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": request.url.query,
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8000),
    }


@asynccontextmanager
async def hub_of(app: FastAPI) -> AsyncIterator[Hub]:
    """The hub at work, as the application's lifespan has it."""
    hub: Hub = app.state.live
    task = asyncio.create_task(hub.run())
    try:
        yield hub
    finally:
        task.cancel()
        await asyncio.wait([task])
