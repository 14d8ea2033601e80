"""`serve`: it says where it is, answers, and ends within three seconds leaving nothing running."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.commands import Command, Server
from tests.support.network import PATIENCE_SECONDS, wait_until

PASSWORD = "correct horse battery"
EMAIL = "hanako@example.jp"
END_SECONDS = 60.0
MODULES = "import sys, app.cli; print(*sys.modules)"
NEEDLESS = {"alembic", "mako", "asyncpg", "chardet"}


@pytest.fixture(scope="module")
def madoguchi(tmp_path_factory: pytest.TempPathFactory) -> Command:
    command = Command(tmp_path_factory.mktemp("desk"))
    command.last_line("migrate")
    words = ("agent", "create", "--email", EMAIL, "--name", "花子", "--role", "admin", "--password-stdin")
    command.last_line(*words, stdin=PASSWORD)
    return command


@pytest.fixture
def token(madoguchi: Command) -> str:
    return madoguchi.last_line("token", "create", "--agent", EMAIL)


@pytest.fixture
def server(madoguchi: Command) -> Iterator[Server]:
    server = madoguchi.serve()
    yield server
    server.process.kill()
    server.process.wait()


def test_somebody_signs_in_and_the_server_ends_with_streams_open(server: Server, token: str) -> None:
    with httpx.Client(base_url=server.url, timeout=PATIENCE_SECONDS) as browser:
        assert browser.get("/").headers["location"] == "/sign-in"
        answer = browser.post("/sign-in", data={"email": EMAIL, "password": PASSWORD})
        assert (answer.status_code, answer.headers["location"]) == (303, "/home")
        assert browser.get("/api/v1/me").json()["role"] == "admin"

        headers = {"Authorization": f"Bearer {token}"}
        with browser.stream("GET", "/api/v1/live", headers=headers) as stream:
            lines = stream.iter_lines()
            next(lines)
            started = time.monotonic()
            server.process.send_signal(signal.SIGINT)
            assert not any("reset" in line for line in lines)
            assert server.process.wait(END_SECONDS) == 0

    assert time.monotonic() - started < END_SECONDS
    assert "Traceback" not in server.errors


def test_a_port_that_is_taken_is_told_in_one_line(madoguchi: Command, server: Server) -> None:
    done = madoguchi.run("serve", "--port", server.url.rpartition(":")[2])

    assert done.status == 1
    [line] = done.errors.splitlines()
    assert "cannot listen" in line


def test_several_processes_serve_and_end_together(madoguchi: Command, token: str) -> None:
    server = madoguchi.serve("--workers", "2")
    children = server.children()
    headers = {"Authorization": f"Bearer {token}"}
    assert httpx.get(f"{server.url}/api/v1/me", headers=headers, timeout=PATIENCE_SECONDS).status_code == 200

    assert server.end(signal.SIGTERM) == 0
    wait_until(lambda: not any(Path("/proc", str(pid)).exists() for pid in children), what="the end of all processes")


def test_serving_processes_end_when_the_first_one_is_killed(madoguchi: Command) -> None:
    server = madoguchi.serve("--workers", "2")
    children = server.children()

    server.process.kill()
    server.process.wait()

    wait_until(lambda: not any(_is_running(pid) for pid in children), what="the end of all processes", seconds=90)
    assert [pid for pid in children if _is_running(pid)] == []


def test_the_worker_ends_when_it_is_told_to(madoguchi: Command) -> None:
    worker = madoguchi.start("worker")
    wait_until(lambda: _is_ready(worker.pid), what="the worker's start")

    worker.send_signal(signal.SIGTERM)

    assert worker.wait(END_SECONDS) == 0


def _is_running(pid: int) -> bool:
    """A process that nobody waits for stays as a zombie in a container without init."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def _is_ready(pid: int) -> bool:
    """It has asked to be told of SIGTERM."""
    caught = Path(f"/proc/{pid}/status").read_text().partition("SigCgt:")[2].split()[0]
    return bool(int(caught, 16) & 1 << (signal.SIGTERM - 1))


def test_what_a_desk_on_sqlite_does_without_is_not_loaded() -> None:
    """Together it is more than ten megabytes in each process."""
    loaded = subprocess.run([sys.executable, "-c", MODULES], check=True, capture_output=True, text=True).stdout.split()

    assert "app.cli.serving" in loaded
    assert not NEEDLESS.intersection(loaded)
