"""What strangers name is fetched from public addresses alone, whichever way they try to lead inside."""

import asyncio
import ipaddress
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from app.core import outside_client
from app.core.outside import Outside, OutsideUnreachable, is_public

MAX_BYTES = 100_000
INSIDE = [
    "127.0.0.1",
    "127.9.9.9",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::7f00:1",
    "::127.0.0.1",
    "::ffff:0:7f00:1",
    "5f00::1",
    "2002:7f00:1::",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "fe80::1",
    "fc00::1",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
]


@asynccontextmanager
async def serving(answer: bytes | Callable[[str], bytes]) -> AsyncIterator[tuple[int, list[str]]]:
    """A port, and the heads of the requests that came to it."""
    heads: list[str] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        heads.append(head)
        writer.write(answer if isinstance(answer, bytes) else answer(head))
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], heads


def ok(body: bytes, *fields: str) -> bytes:
    lines = ["HTTP/1.1 200 OK", f"Content-Length: {len(body)}", "Connection: close", *fields]
    return "\r\n".join([*lines, "", ""]).encode() + body


def moved(to: str) -> bytes:
    return f"HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode()


def names(monkeypatch: pytest.MonkeyPatch, **addresses: list[str]) -> None:
    """What a name server would answer, one after the other for each time it is asked."""

    async def resolve(_: Any, host: str, port: int, **__: Any) -> list[Any]:
        found = addresses.get(host.replace(".", "_"), [host])
        address = found.pop(0) if len(found) > 1 else found[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in address.split("+")]

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", resolve)
    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolve.__get__(object()), raising=False)


async def fetch(outside: Outside, url: str) -> bytes:
    return (await outside.fetch(url, max_bytes=MAX_BYTES, accept="image/png")).data


def open_to(*ports: int) -> Outside:
    """As if this machine were a public one."""
    return Outside(is_allowed=lambda address: str(address) == "127.0.0.1", ports=ports)


@pytest.mark.parametrize("address", INSIDE)
def test_what_is_inside_is_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["203.0.114.1", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_what_everybody_reaches_is_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


async def test_something_is_fetched_without_saying_who_asks() -> None:
    async with serving(ok(b"picture", "Set-Cookie: a=b", "Content-Type: image/png")) as (port, heads):
        outside = open_to(port)
        bodies = [await fetch(outside, f"http://127.0.0.1:{port}/a.png?x=1") for _ in range(2)]

    assert bodies == [b"picture", b"picture"]
    assert heads[0].startswith("GET /a.png?x=1 HTTP/1.1\r\n")
    assert f"Host: 127.0.0.1:{port}" in heads[0]
    assert not {"cookie", "referer"} & {line.partition(":")[0].lower() for line in heads[1].splitlines()}


async def test_whom_to_trust_is_read_once_and_not_on_the_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    readers: list[int] = []
    read = httpx.create_ssl_context

    def note(**values: Any) -> ssl.SSLContext:
        readers.append(threading.get_ident())
        return read(**values)

    outside_client._trusted.cache_clear()
    monkeypatch.setattr("httpx.create_ssl_context", note)
    async with serving(ok(b"picture")) as (port, _):
        for _ in range(2):
            await fetch(open_to(port), f"http://127.0.0.1:{port}/")

    assert len(readers) == 1
    assert readers[0] != threading.get_ident()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1", "127.1"])
async def test_nothing_inside_is_asked_however_it_is_written(host: str) -> None:
    async with serving(ok(b"secret")) as (port, heads):
        with pytest.raises(OutsideUnreachable):
            await fetch(Outside(ports=[port]), f"http://{host}:{port}/")

    assert heads == []


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/a", "file:///etc/passwd", "http://", "nonsense", "http://[", "//x/y"])
async def test_what_is_no_address_of_the_web_is_refused(url: str) -> None:
    with pytest.raises(OutsideUnreachable):
        await fetch(Outside(), url)


async def test_other_ports_are_not_knocked_at() -> None:
    async with serving(ok(b"secret")) as (port, heads):
        with pytest.raises(OutsideUnreachable):
            await fetch(Outside(is_allowed=lambda _: True), f"http://127.0.0.1:{port}/")

    assert heads == []


async def test_a_redirect_that_leads_inside_is_not_followed() -> None:
    async with serving(ok(b"secret")) as (inside, heads), serving(moved(f"http://127.0.0.2:{inside}/")) as (port, _):
        with pytest.raises(OutsideUnreachable):
            await fetch(open_to(port, inside), f"http://127.0.0.1:{port}/")

    assert heads == []


async def test_a_redirect_within_the_outside_is_followed_by_name() -> None:
    def answer(head: str) -> bytes:
        return ok(b"picture") if head.startswith("GET /there ") else moved("/there")

    async with serving(answer) as (port, heads):
        assert await fetch(open_to(port), f"http://127.0.0.1:{port}/here") == b"picture"

    assert all(f"Host: 127.0.0.1:{port}" in head for head in heads)


async def test_redirects_end_somewhere() -> None:
    async with serving(moved("/again")) as (port, heads):
        with pytest.raises(OutsideUnreachable):
            await fetch(open_to(port), f"http://127.0.0.1:{port}/")

    assert len(heads) == 4


async def test_the_address_that_was_looked_at_is_the_one_that_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that changes its address between looking and asking gains nothing by it."""
    async with serving(ok(b"picture")) as (port, heads):
        names(monkeypatch, rebinding_example=["127.0.0.1", "10.0.0.1"])
        assert await fetch(open_to(port), f"http://rebinding.example:{port}/") == b"picture"
        with pytest.raises(OutsideUnreachable):
            await fetch(open_to(port), f"http://rebinding.example:{port}/")

    assert len(heads) == 1
    assert f"Host: rebinding.example:{port}" in heads[0]


async def test_a_name_with_one_address_inside_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(ok(b"secret")) as (port, heads):
        names(monkeypatch, both_example=["127.0.0.1+10.0.0.1"])
        with pytest.raises(OutsideUnreachable):
            await fetch(open_to(port), f"http://both.example:{port}/")

    assert heads == []


@pytest.mark.parametrize(
    "answer",
    [
        ok(b"x" * (MAX_BYTES + 1)),
        b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + b"x" * (MAX_BYTES + 1),
        ok(b"\x1f\x8b", "Content-Encoding: gzip"),
        b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
        b"SSH-2.0-OpenSSH\r\n",
        b"",
    ],
    ids=["too large", "too large and unannounced", "packed", "missing", "another protocol", "nothing"],
)
async def test_an_answer_that_is_none_is_said_to_be_none(answer: bytes) -> None:
    async with serving(answer) as (port, _):
        with pytest.raises(OutsideUnreachable):
            await fetch(open_to(port), f"http://127.0.0.1:{port}/")
