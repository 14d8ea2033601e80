"""The desk's half of the website chat for tests of the widget: its protocol, kept in memory, faults as wished."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from app.chat.widget_routes import FOLDER
from app.core.clock import now
from tests.support.network import LOOPBACK, PATIENCE_SECONDS, find_free_ports, wait_until

KEY = "standinkey"
START = now().replace(microsecond=0)
"""A widget listens on only while its talk is fresh, by the browser's clock."""
POLL_SECONDS = 0.02
Answer = Callable[[Request], Awaitable[Response]]
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c636460f8cf00000301010018dd8db00000000049454e44ae426082"
)


def config() -> dict[str, Any]:
    return {
        "name": "サポート",
        "language": "ja",
        "look": {"color": "#1d5797", "position": "right", "avatar_url": None},
        "texts": {"title": "", "greeting": "", "away": "", "launcher": ""},
        "is_there": True,
        "is_open": True,
        "opens_at": None,
        "fields": [],
        "asks_name_and_mail_when_away": True,
        "max_file_bytes": 1024 * 1024,
        "has_files": True,
        "has_sound": True,
        "has_faq": True,
        "prompts": [],
    }


@dataclass(slots=True)
class StandIn:
    """`calls` are (method, path) in order; `refusals` are the next answers to posted messages."""

    port: int = 0
    config: dict[str, Any] = field(default_factory=config)
    state: dict[str, Any] = field(default_factory=dict)
    messages: list[dict[str, Any]] = field(default_factory=list)
    posted: list[dict[str, Any]] = field(default_factory=list)
    visits: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, tuple[str, str, bytes]] = field(default_factory=dict)
    calls: list[tuple[str, str]] = field(default_factory=list)
    bodies: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    refusals: list[JSONResponse] = field(default_factory=list)
    suggestions: list[dict[str, Any]] = field(default_factory=list)
    page_size: int = 50
    stream_count: int = 0
    token: str = "token of the visitor"
    mail: str = ""
    keeps_no_file: bool = False
    is_blocking: bool = False
    keeps_back: bool = False
    """What the visitor writes is taken, but not shown in the stream yet."""
    _events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def tag(self) -> str:
        return f"{self.address}/chat/{KEY}/widget.js"

    def count(self, what: str) -> int:
        return sum(path == what for _, path in self.calls)

    def say(
        self, text: str, *, name: str = "山田", sender: str = "agent", files: tuple[str, ...] = ()
    ) -> dict[str, Any]:
        message = self._message(text, sender=sender, name=name, files=[self._shown(token) for token in files])
        self.tell("message", message)
        return message

    def tell(self, name: str, data: dict[str, Any]) -> None:
        if name == "state":
            self.state |= data
        self._events.append((name, data))

    def sync(self) -> dict[str, Any]:
        shown = self.messages[-self.page_size :]
        return {"messages": shown, "has_more": len(self.messages) > len(shown), "state": self.whole_state()}

    def whole_state(self) -> dict[str, Any]:
        there = {"is_there": self.config["is_there"], "opens_at": self.config["opens_at"]}
        return {"typing": None, "seen_at": None, "has_ended": False, "queue": None} | there | self.state

    def take(self, body: dict[str, Any]) -> dict[str, Any]:
        """The same id again is the same message."""
        known = [each for each in self.posted if each["id"] == body["id"]]
        if known:
            return {"id": body["id"], "at": known[0]["at"], "suggestions": []}
        files = [self._shown(token) for token in body["files"]]
        message = self._message(body["text"], sender="visitor", name="", client_id=body["id"], files=files)
        self.posted.append(body | {"at": message["at"]})
        if self.keeps_back:
            self.messages.remove(message)
        else:
            self.tell("message", message)
        self.mail = (body.get("form") or {}).get("mail") or self.mail
        return {"id": body["id"], "at": message["at"], "suggestions": self.suggestions}

    def events_after(self, position: int) -> list[tuple[str, dict[str, Any]]]:
        return self._events[position:]

    @property
    def position(self) -> int:
        return len(self._events)

    def keep_file(self, name: str, kind: str, content: bytes) -> str:
        token = f"file{len(self.files) + 1}"
        self.files[token] = (name, kind, content)
        return token

    def _shown(self, token: str) -> dict[str, Any]:
        name, kind, content = self.files[token]
        is_picture = kind.startswith("image/")
        url = f"/chat/{KEY}/files/{token}"
        return {"id": token, "name": name, "type": kind, "size": len(content), "url": url, "is_picture": is_picture}

    def _message(self, text: str, **more: Any) -> dict[str, Any]:
        number = len(self.messages) + 1
        message = {
            "id": number,
            "client_id": more.get("client_id"),
            "from": more["sender"],
            "name": more["name"],
            "text": text,
            "at": (START + timedelta(seconds=number)).isoformat().replace("+00:00", "Z"),
            "is_unsent": False,
            "files": more["files"],
            "by_mail": False,
        }
        self.messages.append(message)
        return message


@contextmanager
def serve_chat(desk: StandIn) -> Iterator[StandIn]:
    with serve(create_desk(desk)) as port:
        desk.port = port
        yield desk


@contextmanager
def serve(app: ASGIApp, port: int = 0) -> Iterator[int]:
    """In a thread of this process, at a free port if none is named."""
    port = port or find_free_ports(1)[0]
    server = uvicorn.Server(uvicorn.Config(app, port=port, ws="none", log_config=None, timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        wait_until(lambda: server.started, what="the start of the stand-in")
        yield port
    finally:
        server.should_exit = True
        thread.join(PATIENCE_SECONDS)


def create_desk(desk: StandIn) -> Starlette:
    cors = Middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["*"], allow_headers=["*"])
    return Starlette(routes=Answers(desk).routes(), middleware=[cors])


@dataclass(frozen=True, slots=True)
class Answers:
    desk: StandIn

    def routes(self) -> list[Route | Mount]:
        verbs = {"config": self.config, "stream": self.stream, "messages": self.older, "files/{token}": self.file}
        posts = {"visits": self.visit, "messages": self.take, "files": self.keep, "{path:path}": self.note}
        channel = [
            Route("/widget.js", self.tag),
            *(Route(f"/{path}", self._remembering(verb)) for path, verb in verbs.items()),
            *(Route(f"/{path}", self._remembering(verb), methods=["POST"]) for path, verb in posts.items()),
        ]
        assets = Route("/chat/assets/{version}/{name}", self._remembering(self.asset))
        return [assets, Mount(f"/chat/{KEY}", routes=channel)]

    def _remembering(self, answer: Answer) -> Answer:
        async def remember(request: Request) -> Response:
            path = request.url.path.removeprefix(f"/chat/{KEY}/").removeprefix("/chat/assets/1/")
            self.desk.calls.append((request.method, path))
            return await answer(request)

        return remember

    async def tag(self, _: Request) -> Response:
        script = 'import { start } from "/chat/assets/1/main.js"; start(new URL(".", import.meta.url).href);'
        return Response(script, media_type="text/javascript")

    async def asset(self, request: Request) -> Response:
        return FileResponse(FOLDER / request.path_params["name"])

    async def config(self, request: Request) -> Response:
        return JSONResponse(self.desk.config | {"language": request.query_params["language"]})

    async def visit(self, request: Request) -> Response:
        self.desk.visits.append(await request.json())
        if self.desk.is_blocking:
            return _blocked()
        visitor = {"id": "1", "name": "", "mail": self.desk.mail, "is_identified": False}
        return JSONResponse({"token": self.desk.token, "visitor": visitor, "sync": self.desk.sync()})

    async def take(self, request: Request) -> Response:
        body = await request.json()
        if self._is_unknown(request):
            return _unknown()
        if self.desk.is_blocking:
            return _blocked()
        return self.desk.refusals.pop(0) if self.desk.refusals else JSONResponse(self.desk.take(body), 201)

    async def older(self, request: Request) -> Response:
        before = int(request.query_params["before"])
        earlier = [each for each in self.desk.messages if each["id"] < before]
        size = self.desk.page_size
        return JSONResponse({"messages": earlier[-size:], "has_more": len(earlier) > size})

    async def stream(self, request: Request) -> Response:
        if self._is_unknown(request):
            return _unknown()
        return StreamingResponse(_events(self.desk), media_type="text/event-stream")

    async def keep(self, request: Request) -> Response:
        name, kind, content = (
            unquote(request.headers["x-file-name"]),
            request.headers["content-type"],
            await request.body(),
        )
        if self.desk.keeps_no_file:
            return JSONResponse({"title": "too large", "code": "too_large"}, 413)
        token = self.desk.keep_file(name, kind, content)
        return JSONResponse({"token": token, "name": name, "type": kind, "size": len(content)}, 201)

    async def file(self, request: Request) -> Response:
        _, kind, content = self.desk.files[request.path_params["token"]]
        return Response(content, media_type=kind)

    async def note(self, request: Request) -> Response:
        body = await request.body()
        path = request.path_params["path"]
        self.desk.bodies.setdefault(path, []).append(json.loads(body) if body else {})
        return Response(status_code=204)

    def _is_unknown(self, request: Request) -> bool:
        return request.headers["authorization"] != f"Bearer {self.desk.token}"


def _blocked() -> Response:
    return JSONResponse({"title": "blocked", "code": "visitor_blocked"}, 403)


def _unknown() -> Response:
    return JSONResponse({"title": "unknown", "code": "unknown_visitor"}, 401)


async def _events(desk: StandIn) -> AsyncIterator[str]:
    desk.stream_count += 1
    position = desk.position
    yield _frame("sync", desk.sync())
    try:
        while True:
            for name, data in desk.events_after(position):
                position += 1
                yield _frame(name, data)
            await asyncio.sleep(POLL_SECONDS)
    finally:
        desk.stream_count -= 1


def _frame(name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"
