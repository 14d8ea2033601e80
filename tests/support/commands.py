"""The `madoguchi` command: in this process, which is fast, or in one of its own, as people run it."""

import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import app
from app.core import log
from app.core.settings import PREFIX
from tests.support.network import wait_until

PROGRAM = str(Path(sys.executable).with_name("madoguchi"))
START_SECONDS = 240
COMMAND_SECONDS = 240


@dataclass(frozen=True, slots=True)
class Done:
    status: int
    output: str
    errors: str


@dataclass(frozen=True, slots=True)
class Command:
    """Run with settings of its own and no others; each keeps its files in `folder`."""

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)

    def run(self, *words: str, stdin: str = "", **settings: str) -> Done:
        """In this process."""
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(self.folder)
            patch.setattr(log, "configure", lambda settings: None)
            for name in [name for name in os.environ if name.startswith(PREFIX)]:
                patch.delenv(name)
            for name, value in self.environment(settings).items():
                patch.setenv(name, value)
            result = CliRunner().invoke(app, list(words), input=stdin)
        return Done(result.exit_code, result.stdout, result.stderr)

    def run_alone(self, *words: str, stdin: str = "") -> Done:
        """In a process of its own."""
        done = subprocess.run(
            [PROGRAM, *words],
            cwd=self.folder,
            env=self.environment({}),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
            check=False,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def last_line(self, *words: str, stdin: str = "") -> str:
        """Of standard output, of a command that has to succeed."""
        done = self.run(*words, stdin=stdin)
        assert done.status == 0, done.errors
        return done.output.splitlines()[-1]

    def serve(self, *words: str) -> "Server":
        """Any free port; `end` it."""
        server = Server(self.start("serve", "--port", "0", *words), self.folder / "serve.out")
        wait_until(server.is_up, what="the start of the server", seconds=START_SECONDS)
        return server

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        """What it says goes to files named for its first word."""
        outputs = [self.folder / f"{words[0]}.{ending}" for ending in ("out", "err")]
        with outputs[0].open("w") as out, outputs[1].open("w") as err:
            return subprocess.Popen(
                [PROGRAM, *words],
                cwd=self.folder,
                env=self.environment({}),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
            )

    def environment(self, settings: dict[str, str]) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
        return {**own, "MADOGUCHI_DATA_DIR": str(self.folder / "var"), **self.settings, **settings}


@dataclass(frozen=True, slots=True)
class Server:
    process: subprocess.Popen[bytes]
    output: Path

    @property
    def url(self) -> str:
        """As it printed it."""
        return self.output.read_text().split()[-1]

    @property
    def errors(self) -> str:
        return self.output.with_name("serve.err").read_text()

    def is_up(self) -> bool:
        if self.process.poll() is not None:
            raise RuntimeError(f"the server ended with status {self.process.returncode}: {self.errors}")
        return self.output.read_text().endswith("\n")

    def children(self) -> list[int]:
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in listed.split()]

    def end(self, number: signal.Signals = signal.SIGINT, *, seconds: float = 30) -> int:
        """As Ctrl-C does; returns the status."""
        self.process.send_signal(number)
        return self.process.wait(seconds)
