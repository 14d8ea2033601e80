"""The `madoguchi` command in processes of its own, as people run it."""

import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.network import wait_until

PROGRAM = str(Path(sys.executable).with_name("madoguchi"))
START_SECONDS = 60
COMMAND_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Command:
    """Run with settings of its own and no others; each keeps its files in `folder`."""

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)

    def run(self, *words: str, stdin: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [PROGRAM, *words],
            cwd=self.folder,
            env=self.environment(settings),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
            check=False,
        )

    def last_line(self, *words: str, stdin: str = "") -> str:
        """Of standard output, of a command that has to succeed."""
        done = self.run(*words, stdin=stdin)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()[-1]

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
        own = {name: value for name, value in os.environ.items() if not name.startswith("MADOGUCHI_")}
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

    def end(self, number: signal.Signals = signal.SIGINT, *, seconds: float = 10) -> int:
        """As Ctrl-C does; returns the status."""
        self.process.send_signal(number)
        return self.process.wait(seconds)
