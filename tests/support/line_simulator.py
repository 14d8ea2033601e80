"""LINE's platform for a test: in its own loop with a clock to move, or behind a port for other programs."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import uvicorn

from simulators.line.platform import Credentials, Platform
from simulators.line.program import create_app
from tests.support.network import LOOPBACK, PATIENCE_SECONDS, find_free_ports, wait_until

SECRET = "a channel secret of tests"
TOKEN = "an access token of tests"
WEBHOOK = "http://127.0.0.1:8000/hooks/line/key"


@dataclass(slots=True)
class Clock:
    """Seconds since 1970; stands still until it is moved."""

    now: float = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now

    def move(self, seconds: float) -> None:
        self.now += seconds


@dataclass(slots=True)
class Desk:
    """Takes webhooks and remembers them; `statuses` are its next answers, 200 after them."""

    requests: list[httpx.Request] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(request.content) for request in self.requests]

    @property
    def events(self) -> list[dict[str, Any]]:
        return [event for body in self.bodies for event in body["events"]]

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.MockTransport(self._take))

    def _take(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return httpx.Response(self.statuses.pop(0) if self.statuses else 200)


def credentials() -> Credentials:
    return Credentials(channel_secret=SECRET, access_token=TOKEN, webhook_url=WEBHOOK)


@dataclass(frozen=True, slots=True)
class ServedSimulator:
    platform: Platform
    url: str


@contextmanager
def serve_simulator(given: Credentials, *, clock: Callable[[], float] | None = None) -> Iterator[ServedSimulator]:
    """In a thread of this process, at a free port."""
    platform = Platform(given, clock=clock or time.time)
    [port] = find_free_ports(1)
    server = uvicorn.Server(
        uvicorn.Config(create_app(platform), port=port, ws="none", log_config=None, timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        wait_until(lambda: server.started, what="the start of the simulator")
        yield ServedSimulator(platform, f"http://{LOOPBACK}:{port}")
    finally:
        platform.stopping.set()
        server.should_exit = True
        thread.join(PATIENCE_SECONDS)
        assert not thread.is_alive()
