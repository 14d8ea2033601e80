"""Ports of this machine, and waiting for them and for anything else without a fixed sleep."""

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

LOOPBACK = "127.0.0.1"
POLL_SECONDS = 0.01
ASK_SECONDS = 0.05

Found = TypeVar("Found")


def find_free_ports(count: int) -> list[int]:
    """All are held at once before any is given back, so that they differ."""
    sockets = [socket.create_server((LOOPBACK, 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def is_listening(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        return probe.connect_ex((LOOPBACK, port)) == 0


def wait_until(condition: Callable[[], bool], *, what: str, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not happen within {seconds} s")
        time.sleep(POLL_SECONDS)


async def eventually(condition: Callable[[], bool | Awaitable[bool]], *, what: str, seconds: float = 30) -> None:
    """The same for a test that shares its loop with what it waits for."""
    try:
        async with asyncio.timeout(seconds):
            while not await _value(condition):  # noqa: ASYNC110 - it belongs to another process
                await asyncio.sleep(POLL_SECONDS)
    except TimeoutError:
        raise TimeoutError(f"waited {seconds} s for {what}") from None


async def _value(condition: Callable[[], bool | Awaitable[bool]]) -> bool:
    value = condition()
    return value if isinstance(value, bool) else await value


async def found(
    read: Callable[[], Awaitable[Found]], is_wanted: Callable[[Found], bool], *, seconds: float = 30
) -> Found:
    """What `read` gives once it is as wanted: for what another process tells when it is asked."""
    answer = await read()
    try:
        async with asyncio.timeout(seconds):
            while not is_wanted(answer):
                await asyncio.sleep(ASK_SECONDS)
                answer = await read()
    except TimeoutError:
        raise TimeoutError(f"within {seconds} s it was only {answer!r}") from None
    return answer
