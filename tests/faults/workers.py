"""Workers in processes of their own, `madoguchi worker` each, which end or stop themselves where a test wants it.

They are forked from a process that has imported everything, so that hundreds of kills take minutes, not hours.
"""

import asyncio
import functools
import importlib
import multiprocessing
import os
import signal
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any, Protocol

from app.cli.serving import work
from tests.support.network import eventually
from tests.support.serving import ServedDesk

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload([__name__, "connectors.email.connector"])
END_SECONDS = 120
Function = Callable[..., Awaitable[Any]]


class Trap(Protocol):
    """Set in a worker before it begins."""

    def arm(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Point:
    """A place in the product where `number` comes: before or after a function, at its `call`-th call."""

    module: str
    name: str
    is_after: bool = False
    call: int = 1
    number: signal.Signals = signal.SIGKILL

    def arm(self) -> None:
        *owners, name = self.name.split(".")
        owner = functools.reduce(getattr, owners, importlib.import_module(self.module))
        setattr(owner, name, self._ending(getattr(owner, name)))

    async def reach(self, *words: Any) -> None:
        """What has to be so first; `words` are what the function was called with."""

    def _ending(self, function: Function) -> Function:
        calls = count(1)

        @functools.wraps(function)
        async def ending(*words: Any, **named: Any) -> Any:
            is_time = next(calls) == self.call
            if is_time and not self.is_after:
                await self.reach(*words)
                os.kill(os.getpid(), self.number)
            result = await function(*words, **named)
            if is_time and self.is_after:
                os.kill(os.getpid(), self.number)
            return result

        return ending


@dataclass(frozen=True, slots=True)
class Worker:
    process: ForkServerProcess

    @property
    def pid(self) -> int:
        assert self.process.pid is not None
        return self.process.pid

    def signal(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    async def kill(self) -> None:
        self.process.kill()
        await self.has_killed_itself()

    async def has_killed_itself(self) -> None:
        assert await self._status() == -signal.SIGKILL

    async def end(self) -> None:
        """As when a machine is shut down in order."""
        self.process.terminate()
        assert await self._status() == 0

    def is_stopped(self) -> bool:
        return Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"

    async def _status(self) -> int | None:
        await eventually(lambda: not self.process.is_alive(), what="the end of a worker", seconds=END_SECONDS)
        return self.process.exitcode


@dataclass(slots=True)
class Workers:
    """Of one desk; what still runs at the end of a test is killed."""

    desk: ServedDesk
    started: list[Worker] = field(default_factory=list)

    def start(self, point: Trap | None = None) -> Worker:
        process = FORKS.Process(target=_run, args=(self.desk.environment, self.desk.directory, point))
        process.start()
        worker = Worker(process)
        self.started.append(worker)
        return worker

    def kill_all(self) -> None:
        for worker in self.started:
            worker.process.kill()
            worker.process.join()


def workers_of(desk: ServedDesk) -> Iterator[Workers]:
    workers = Workers(desk)
    try:
        yield workers
    finally:
        workers.kill_all()


async def moment(seconds: float) -> None:
    """A kill at no named point comes after any time."""
    await asyncio.sleep(seconds)


def _run(environment: dict[str, str], directory: Path, point: Trap | None) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(directory)
    log_into(directory)
    if point is not None:
        point.arm()
    work()


def log_into(directory: Path) -> None:
    """What this process says goes into the desk's log."""
    log = os.open(directory / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, 1)
    os.dup2(log, 2)
