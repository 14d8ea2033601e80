"""A real `madoguchi serve` in a process of its own, with a data folder and a database of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr

from app.cli.desk import open_desk
from app.core.desk import Desk
from app.core.settings import Settings
from tests.support.fixtures_database import SECRET_KEY
from tests.support.network import LOOPBACK, find_free_ports, wait_until

PROGRAM = Path(sys.executable).with_name("madoguchi")
START_SECONDS = 240
STOP_SECONDS = 240
COMMAND_SECONDS = 240
ANNOUNCEMENT = "Madoguchi is at"


@dataclass(slots=True)
class ServedDesk:
    """Ends with the status 0 and without a process left behind, or `stop` fails."""

    directory: Path
    database_url: str
    port: int = field(default_factory=lambda: find_free_ports(1)[0])
    process: subprocess.Popen[bytes] | None = None
    options: tuple[str, ...] = ()
    """More words for `madoguchi serve`."""
    packages: Path | None = None
    """Where packages lie that are installed beside the desk."""
    start_count: int = 0
    """How often it has announced itself, or will."""

    @property
    def address(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def log(self) -> str:
        file = self.directory / "log"
        return file.read_text(errors="replace") if file.exists() else ""

    @property
    def environment(self) -> dict[str, str]:
        """Of every process of this desk."""
        others = {name: value for name, value in os.environ.items() if not name.startswith("MADOGUCHI_")}
        beside = {"PYTHONPATH": str(self.packages)} if self.packages else {}
        return {**others, **beside} | {
            "MADOGUCHI_DATA_DIR": str(self._data_dir),
            "MADOGUCHI_DATABASE_URL": self.database_url,
            "MADOGUCHI_SECRET_KEY": SECRET_KEY,
        }

    def run(self, *words: str, typed: str = "") -> str:
        """Another `madoguchi` command to its end; its answer is the last line of its standard output."""
        done = subprocess.run(
            [PROGRAM, *words],
            input=typed,
            capture_output=True,
            text=True,
            env=self.environment,
            cwd=self.directory,
            timeout=COMMAND_SECONDS,
            check=False,
        )
        assert done.returncode == 0, f"madoguchi {' '.join(words)}: {done.stderr}"
        return done.stdout.strip().splitlines()[-1]

    def start(self) -> None:
        """On the same port as before."""
        self.launch()
        wait_until(self._is_up, what="the start of the desk", seconds=START_SECONDS)

    def launch(self) -> None:
        """Without waiting until it serves."""
        with (self.directory / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [PROGRAM, "serve", "--host", LOOPBACK, "--port", str(self.port), *self.options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self.environment,
                cwd=self.directory,
                start_new_session=True,
            )
        self.start_count += 1

    def stop(self) -> None:
        """As Ctrl-C does, but to this process alone."""
        process, self.process = self.process, None
        if process is None:
            return
        process.send_signal(signal.SIGINT)
        try:
            assert process.wait(STOP_SECONDS) == 0
            assert not _has_members(process.pid), "the desk left a process behind"
        finally:
            _kill_group(process.pid)

    def kill(self) -> None:
        """As when the machine takes it away: nothing of it cleans up."""
        process, self.process = self.process, None
        assert process is not None
        _kill_group(process.pid)
        process.wait()
        self.start_count = self.log.count(ANNOUNCEMENT)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Desk]:
        """The same data in the test's own process."""
        settings = Settings(
            _env_file=None,
            data_dir=self._data_dir,
            database_url=self.database_url,
            base_url=self.address,
            secret_key=SecretStr(SECRET_KEY),
        )
        desk = open_desk(settings)
        try:
            yield desk
        finally:
            await desk.database.dispose()

    @property
    def _data_dir(self) -> Path:
        return self.directory / "data"

    def _is_up(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, f"the desk did not start: {self.log}"
        return self.log.count(ANNOUNCEMENT) >= self.start_count


def _has_members(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def _kill_group(group: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)
