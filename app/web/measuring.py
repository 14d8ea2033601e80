"""Counts requests and takes their time, by the route's template: an address itself may name a ticket or a person."""

import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.core.measures import REQUEST_SECONDS, REQUESTS

OTHER = "other"
"""Of files, and of what no route answers."""

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Measured:
    """Until the answer begins: a stream's end says nothing."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()

        async def send_measured(message: Message) -> None:
            if message["type"] == "http.response.start":
                _note(scope, int(message["status"]), time.perf_counter() - began)
            await send(message)

        await self.app(scope, receive, send_measured)


def _note(scope: Scope, status: int, seconds: float) -> None:
    """Nobody may make up a new row by asking in a way of their own."""
    route = str(getattr(scope.get("route"), "path", OTHER))
    method = scope["method"] if scope["method"] in METHODS else OTHER
    REQUESTS.labels(method, route, status).inc()
    REQUEST_SECONDS.labels(method, route).observe(seconds)
