"""Ports of this machine, and waiting for them and for anything else without a fixed sleep."""

import asyncio
import os
import socket
import time
from collections.abc import Awaitable, Callable, Iterator
from itertools import cycle, islice
from random import SystemRandom
from typing import TypeVar

LOOPBACK = "127.0.0.1"
POLL_SECONDS = 0.01
ASK_SECONDS = 0.05
PATIENCE_SECONDS = 60
"""The machine may be slow, and busy with something else."""
LOWEST_PORT, HIGHEST_PORT = 10_000, 32_000
"""Below those that a system gives to whoever connects: such a one could be taken before somebody listens at it."""
MOST_PROCESSES = 10

Found = TypeVar("Found")


def find_free_ports(count: int) -> list[int]:
    """None comes twice, and each process of a run has its own ones."""
    return list(islice(filter(_is_free, _ports), count))


def _own_ports() -> Iterator[int]:
    process = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % MOST_PROCESSES
    ports = list(range(LOWEST_PORT + process, HIGHEST_PORT, MOST_PROCESSES))
    SystemRandom().shuffle(ports)  # another run may be under way
    return cycle(ports)


def _is_free(port: int) -> bool:
    try:
        socket.create_server((LOOPBACK, port)).close()
    except OSError:
        return False
    return True


_ports = _own_ports()


def is_listening(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        return probe.connect_ex((LOOPBACK, port)) == 0


def wait_until(condition: Callable[[], bool], *, what: str, seconds: float = PATIENCE_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not happen within {seconds} s")
        time.sleep(POLL_SECONDS)


async def eventually(
    condition: Callable[[], bool | Awaitable[bool]], *, what: str, seconds: float = PATIENCE_SECONDS
) -> None:
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
    read: Callable[[], Awaitable[Found]], is_wanted: Callable[[Found], bool], *, seconds: float = PATIENCE_SECONDS
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
