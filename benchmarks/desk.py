"""A real `madoguchi serve` with demo data, and what it costs the machine."""

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

import httpx

COMMAND = Path(sys.executable).with_name("madoguchi")
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
START_SECONDS = 60


@dataclass
class Desk:
    address: str
    process: subprocess.Popen[bytes]
    email: str
    password: str

    def cpu_seconds(self) -> float:
        """User and system time of the process until now."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_A_SECOND

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


@contextmanager
def serving(folder: Path, *, tickets: int, background: bool = False) -> Iterator[Desk]:
    environment = {**os.environ, "MADOGUCHI_DATA_DIR": str(folder), "MADOGUCHI_LOG_LEVEL": "warning"}
    _run(environment, "migrate")
    said = _run(environment, "demo", "--tickets", str(tickets))
    found = re.search(r"sign in as (\S+) with password (\S+)", said)
    assert found is not None, said
    options = ["--port", "0"] if background else ["--port", "0", "--no-background"]
    process = subprocess.Popen([COMMAND, "serve", *options], env=environment, stdout=subprocess.PIPE)
    try:
        yield Desk(_address(process), process, found[1], found[2])
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


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
