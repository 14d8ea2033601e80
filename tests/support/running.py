"""A `madoguchi` command that goes on until it is told to end, and what it says meanwhile."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.support.commands import PROGRAM, Command
from tests.support.network import find_free_ports, is_listening

SIMULATOR_DISTANCE = 100


@contextmanager
def started(command: Command, *words: str, stdin: str = "") -> Iterator[subprocess.Popen[str]]:
    """In a group of its own, as at a terminal; its output can be read line by line."""
    process = subprocess.Popen(
        [PROGRAM, *words],
        cwd=command.folder,
        env=command.environment({}),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdin
    process.stdin.write(stdin)
    process.stdin.close()
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdout, process.stderr):
            assert stream
            stream.close()


def press_ctrl_c(process: subprocess.Popen[str]) -> None:
    """A terminal tells everybody in the group."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGINT)


def line_with(process: subprocess.Popen[str], words: str) -> str:
    """The first line of its output that has them; what comes before is passed over."""
    assert process.stdout
    for line in process.stdout:
        if words in line:
            return line.strip()
    raise AssertionError(f"it never said {words!r}: {process.stderr.read() if process.stderr else ''}")


def find_two_ports() -> int:
    """A free one; that of the simulator beside it is free too."""
    while True:
        [port] = find_free_ports(1)
        if port + SIMULATOR_DISTANCE < 1 << 16 and not is_listening(port + SIMULATOR_DISTANCE):
            return port
