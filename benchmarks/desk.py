"""A real `madoguchi serve` with demo data, and what it costs the machine."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import httpx

from benchmarks.databases import POSTGRESQL, SQLITE, empty

COMMAND = Path(sys.executable).with_name("madoguchi")
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
START_SECONDS = 60
END_SECONDS = 30
LOOK_SECONDS = 2.0
CALM_CPU_SECONDS, CALM_SECONDS = 0.2, 600


@dataclass
class Desk:
    address: str
    process: subprocess.Popen[bytes]
    email: str
    password: str
    database_url: str

    def cpu_seconds(self) -> float:
        """User and system time of the process and of those that it started, until now."""
        return sum(map(_cpu_seconds, (self.process.pid, *_children(self.process.pid))))

    def wait_until_calm(self) -> None:
        """Until the background half has done what the demo's data left to do, its search index above all."""
        ends_at, before = time.monotonic() + CALM_SECONDS, 0.0
        while self.cpu_seconds() - before > CALM_CPU_SECONDS:
            assert time.monotonic() < ends_at, "the desk never came to rest"
            before = self.cpu_seconds()
            time.sleep(LOOK_SECONDS)

    def pss_megabytes(self) -> float:
        rollup = Path(f"/proc/{self.process.pid}/smaps_rollup").read_text()
        found = re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)
        assert found is not None
        return int(found[1]) / 1024

    def sign_in(self) -> httpx.Client:
        client = httpx.Client(base_url=self.address, timeout=60)
        form = {"email": self.email, "password": self.password}
        answer = client.post("/sign-in", data=form, headers={"Origin": self.address})
        assert answer.status_code == 303, answer.text
        cookie = answer.headers["set-cookie"].split(";")[0]
        client.headers["Cookie"] = cookie
        page = client.get("/").text
        found = re.search(r'name="csrf-token" content="([^"]+)"', page)
        assert found is not None, "the page carries no CSRF token"
        client.headers["X-CSRF-Token"] = found[1]
        return client


@dataclass(frozen=True)
class Data:
    """A database with demo data. Any number of desks may serve it, one after another or side by side."""

    environment: dict[str, str]
    database_url: str
    email: str
    password: str

    @contextmanager
    def served(self, *, background: bool = False, processes: int = 1) -> Iterator[Desk]:
        options = ["--port", "0", "--workers", str(processes), *([] if background else ["--no-background"])]
        process = subprocess.Popen([COMMAND, "serve", *options], env=self.environment, stdout=subprocess.PIPE)
        try:
            yield Desk(_address(process), process, self.email, self.password, self.database_url)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(END_SECONDS)


@contextmanager
def filled(folder: Path, *, tickets: int, database: str = SQLITE) -> Iterator[Data]:
    with empty(database, folder) as url:
        settings = {"DATA_DIR": str(folder), "DATABASE_URL": url, "LOG_LEVEL": "warning"}
        environment = {**os.environ, **{f"MADOGUCHI_{name}": value for name, value in settings.items()}}
        _run(environment, "migrate")
        said = _run(environment, "demo", "--tickets", str(tickets))
        found = re.search(r"sign in as (\S+) with password (\S+)", said)
        assert found is not None, said
        if database == POSTGRESQL:
            _analyse(url)
        yield Data(environment, url, found[1], found[2])


@contextmanager
def serving(folder: Path, *, tickets: int, background: bool = False, database: str = SQLITE) -> Iterator[Desk]:
    with filled(folder, tickets=tickets, database=database) as data, data.served(background=background) as desk:
        yield desk


def _analyse(url: str) -> None:
    """What PostgreSQL does by itself after a while, and not in a server of the tests."""

    async def analyse() -> None:
        connection = await asyncpg.connect(url)
        await connection.execute("VACUUM ANALYZE")
        await connection.close()

    asyncio.run(analyse())


def _run(environment: dict[str, str], *arguments: str) -> str:
    return subprocess.run(
        [COMMAND, *arguments], env=environment, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ).stdout


def _address(process: subprocess.Popen[bytes]) -> str:
    assert process.stdout is not None
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        found = re.search(rb"http://\S+", process.stdout.readline())
        if found:
            return found[0].decode()
    raise TimeoutError("the desk did not start")


def _cpu_seconds(process_id: int) -> float:
    fields = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_A_SECOND


def _children(process_id: int) -> list[int]:
    tasks = Path(f"/proc/{process_id}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]
