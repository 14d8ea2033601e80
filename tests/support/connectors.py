"""The example of a connector, installed as somebody else's package would be, and the providers that it speaks to."""

import hashlib
import hmac
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx

from app.channels import queries as channel_queries
from tests.support.network import LOOPBACK, found
from tests.support.serving import PROGRAM, ServedDesk

SOURCE = Path(__file__).with_name("example_connector")
UV = Path(sys.executable).with_name("uv")
PIN, TOKEN, SECRET = "4649", "a-token-of-the-pager", "a-secret-of-the-pager"
INSTALL_SECONDS = 240
PATIENCE_SECONDS = 240
PAGER_NUMBER, CALL = "0464-9", "0840"


def install_example(folder: Path) -> Path:
    """Built and installed without a network, beside everything else; returns where its packages lie."""
    source, target = folder / "source", folder / "packages"
    shutil.copytree(SOURCE, source)
    options = ["--offline", "--no-deps", "--no-build-isolation", "--python", sys.executable, "--target", str(target)]
    command = [str(UV), "pip", "install", "--quiet", *options, str(source)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False)
    assert done.returncode == 0, done.stderr
    return target


@dataclass(frozen=True, slots=True)
class PigeonholeFolder:
    """Where letters are put, and answers found."""

    place: Path

    @classmethod
    def make(cls, place: Path) -> "PigeonholeFolder":
        place.mkdir()
        (place / "pin").write_text(PIN)
        return cls(place)

    def put(self, number: int, **letter: Any) -> None:
        """Whole at once: the desk may look at any time."""
        file = self.place / "being-written"
        file.write_text(json.dumps({"id": f"letter-{number}", **letter}, ensure_ascii=False), encoding="utf-8")
        file.rename(self.place / f"{number}.json")

    def answers(self) -> list[dict[str, Any]]:
        files = sorted(self.place.glob("*.answer"), key=lambda file: file.stat().st_mtime)
        return [json.loads(file.read_text(encoding="utf-8")) for file in files]


@dataclass(slots=True)
class PagerProvider:
    """Keeps what it is given; `fails_with` is the status of its answers while it is set."""

    pages: list[dict[str, Any]] = field(default_factory=list)
    fails_with: int = 0
    url: str = ""

    @contextmanager
    def serving(self) -> Iterator["PagerProvider"]:
        server = ThreadingHTTPServer((LOOPBACK, 0), _handler_of(self))
        self.url = f"http://{LOOPBACK}:{server.server_port}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join(10)

    def answer(self, method: str, token: str, body: bytes) -> tuple[int, dict[str, Any]]:
        if token != f"Bearer {TOKEN}":
            return 401, {"error": "Who is there?"}
        if method == "GET":
            return 200, {"name": "ポケベル事務局"}
        if self.fails_with:
            return self.fails_with, {"error": "The aerial is down."}
        self.pages.append(json.loads(body))
        return 200, {"id": f"page-{len(self.pages)}"}


async def ring(hook: str, *pages: dict[str, Any], secret: str = SECRET) -> int:
    """As the provider does when somebody says something; the status of what the desk answers."""
    body = json.dumps({"pages": pages}, ensure_ascii=False).encode()
    signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE_SECONDS) as client:
        return (await client.post(hook, content=body, headers={"X-Pager-Signature": signature})).status_code


def _handler_of(provider: PagerProvider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._say(*provider.answer("GET", self.headers["Authorization"], b""))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self._say(*provider.answer("POST", self.headers["Authorization"], body))

        def log_message(self, *_: object) -> None:
            """Quiet."""

        def _say(self, status: int, document: dict[str, Any]) -> None:
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler


@dataclass(frozen=True, slots=True)
class Scene:
    desk: ServedDesk
    token: str

    def api(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            base_url=f"{self.desk.address}/api/v1",
            headers={"Authorization": f"Bearer {self.token}"},
            timeout=PATIENCE_SECONDS,
        )

    async def tickets(self) -> list[dict[str, Any]]:
        async with self.api() as api:
            items: list[dict[str, Any]] = (await api.get("/tickets", params={"sort": "created_at"})).json()["items"]
            return items

    async def messages(self, number: int) -> list[dict[str, Any]]:
        async with self.api() as api:
            items: list[dict[str, Any]] = (await api.get(f"/tickets/{number}/messages")).json()["items"]
            return items

    async def reply(self, number: int, text: str) -> int:
        """The id of the message, whatever becomes of it."""
        async with self.api() as api:
            lock = (await api.put(f"/tickets/{number}/lock")).json()["token"]
            version = (await api.get(f"/tickets/{number}")).json()["version"]
            body = {"lock_token": lock, "base_version": version, "text": text}
            answer = await api.post(f"/tickets/{number}/replies", json=body)
            assert answer.status_code == 201, answer.text
            return int(answer.json()["id"])

    async def delivered(self, number: int, message_id: int, *, as_: str) -> dict[str, Any]:
        """What is told of a message once it has come that far."""
        messages = await found(
            lambda: self.messages(number),
            lambda all_: delivery_of(all_, message_id)["state"] == as_,
            seconds=PATIENCE_SECONDS,
        )
        return delivery_of(messages, message_id)

    async def delivered_now(self, message_id: int) -> None:
        """It need not wait for its next try."""
        async with self.api() as api:
            entries = (await api.get("/outbox")).json()["items"]
            [entry] = [each for each in entries if each["message_id"] == message_id]
            (await api.post(f"/outbox/{entry['id']}/departure", json={})).raise_for_status()

    def command(self, *words: str, typed: str = "") -> tuple[int, str]:
        """A command to its end: its status, and what it complains of."""
        done = subprocess.run(
            [PROGRAM, *words],
            input=typed,
            capture_output=True,
            text=True,
            env=self.desk.environment,
            cwd=self.desk.directory,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        return done.returncode, done.stderr.strip()


def delivery_of(messages: list[dict[str, Any]], message_id: int) -> dict[str, Any]:
    [delivery] = [each["delivery"] for each in messages if each["id"] == message_id]
    return dict(delivery)


def make_pigeonhole(scene: Scene, folder: PigeonholeFolder, *, pin: str = PIN) -> int:
    words = ("channel", "create", "pigeonhole", "--name", "郵便受け", "--set", f"place={folder.place}")
    return int(scene.desk.run(*words, "--set", "copies=2", "--set", "hold_seconds=0", "--secret-stdin", typed=pin))


def make_pager(scene: Scene, pager: PagerProvider) -> int:
    words = ("channel", "create", "pager", "--name", "ポケベル", "--set", f"url={pager.url}", "--set", "hold_seconds=0")
    return int(scene.desk.run(*words, "--secret-stdin", typed=f"{TOKEN}\n{SECRET}\n"))


async def hook_of(scene: Scene, channel_id: int) -> str:
    async with scene.desk.open() as opened, opened.database.reading() as session:
        channel = await channel_queries.get_channel(session, channel_id)
    return f"{scene.desk.address}/hooks/{channel.kind}/{channel.key}"


def page(number: int, words: str = CALL) -> dict[str, Any]:
    return {"id": f"call-{number}", "number": PAGER_NUMBER, "words": words, "at": time.time()}
