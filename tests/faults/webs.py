"""Web processes of one desk, each at a port of its own, which can be killed, and whose clocks may be wrong.

They are forked from the process that the workers come from.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import time_machine
from httpx import AsyncClient, Limits
from sqlalchemy import ColumnElement

from app.cli import server
from app.cli.serving import serve
from app.core import sqlite
from app.core.clock import now
from app.core.postgres import PostgresDialect
from tests.faults.workers import FORKS, log_into
from tests.support.network import LOOPBACK, eventually, find_free_ports
from tests.support.serving import ANNOUNCEMENT, ServedDesk

START_SECONDS = 120
PATIENCE_SECONDS = 120
FRESH_CONNECTIONS = Limits(keepalive_expiry=1)
"""Asked over one that the server gives up as idle at this very moment, a request would fail."""

RIGHT = timedelta()


@dataclass(slots=True)
class Web:
    """`clock_error` is by how much its clocks are wrong: the wall clock, and the one of leases too."""

    desk: ServedDesk
    has_background: bool = False
    clock_error: timedelta = RIGHT
    port: int = field(default_factory=lambda: find_free_ports(1)[0])
    process: ForkServerProcess | None = None

    @property
    def address(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    async def start(self) -> None:
        """At the same port as before."""
        words = (self.desk.environment, self.desk.directory, self.port, self.has_background, self.clock_error)
        said = self._said()
        self.process = FORKS.Process(target=_run, args=words)
        self.process.start()
        await eventually(lambda: self._said() > said, what="the start of a process", seconds=START_SECONDS)

    def kill(self) -> None:
        """SIGKILL."""
        process, self.process = self.process, None
        if process is not None:
            process.kill()
            process.join()

    def client(self, token: str) -> AsyncClient:
        headers = {"Authorization": f"Bearer {token}"}
        return AsyncClient(
            base_url=f"{self.address}/api/v1", headers=headers, timeout=PATIENCE_SECONDS, limits=FRESH_CONNECTIONS
        )

    def _said(self) -> int:
        """How often it has announced itself."""
        return self.desk.log.count(f"{ANNOUNCEMENT} {self.address}")


@dataclass(slots=True)
class Webs:
    """Of one desk; what still runs at the end of a test is killed."""

    desk: ServedDesk
    started: list[Web] = field(default_factory=list)

    async def start(self, *, has_background: bool = False, clock_error: timedelta = RIGHT) -> Web:
        web = Web(self.desk, has_background, clock_error)
        self.started.append(web)
        await web.start()
        return web

    def kill_all(self) -> None:
        for web in self.started:
            web.kill()


def webs_of(desk: ServedDesk) -> Iterator[Webs]:
    webs = Webs(desk)
    try:
        yield webs
    finally:
        webs.kill_all()


def _run(environment: dict[str, str], directory: Path, port: int, background: bool, clock_error: timedelta) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(directory)
    log_into(directory)
    server._starter = os.getppid  # between the test and this process stands the one that forks
    if clock_error:
        _set_clocks_wrong(clock_error)
    serve(host=LOOPBACK, port=port, workers=1, background=background)


def _set_clocks_wrong(clock_error: timedelta) -> None:
    """Worse than any step of a real clock: leases of this process are told by the wrong clock as well."""
    seconds = clock_error.total_seconds()
    time_machine.travel(now() + clock_error, tick=True).start()
    boot_seconds, lease_clock = sqlite._boot_seconds, PostgresDialect.lease_clock

    def wrong_lease_clock(self: PostgresDialect) -> ColumnElement[Any]:
        return lease_clock(self) + seconds

    sqlite._boot_seconds = lambda: boot_seconds() + seconds
    PostgresDialect.lease_clock = wrong_lease_clock  # type: ignore[method-assign] # this process alone
