"""Several serving processes: kept alive, and ended together."""

import multiprocessing
import signal
import threading
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess

from app.core.log import get_logger

LOOK_SECONDS = 0.5
RESTART_SECONDS = 1.0
END_SECONDS = 10.0
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)

log = get_logger(__name__)


def supervise(targets: Sequence[Callable[[], None]]) -> None:
    """Run each target in a process of its own until this one is told to end; one that dies is started again."""
    is_stopping = threading.Event()
    for number in STOP_SIGNALS:
        signal.signal(number, lambda *_: is_stopping.set())
    processes = [_start(target) for target in targets]
    while not is_stopping.is_set():
        wait([process.sentinel for process in processes], LOOK_SECONDS)
        for place, process in enumerate(processes):
            if not process.is_alive() and not is_stopping.wait(RESTART_SECONDS):
                log.error("a serving process ended and is started again", status=process.exitcode)
                processes[place] = _start(targets[place])
    _end(processes)


def _start(target: Callable[[], None]) -> SpawnProcess:
    process = multiprocessing.get_context("spawn").Process(target=target)
    process.start()
    return process


def _end(processes: Sequence[SpawnProcess]) -> None:
    for process in processes:
        process.terminate()
    deadline = time.monotonic() + END_SECONDS
    for process in processes:
        process.join(max(deadline - time.monotonic(), 0))
        if process.is_alive():
            process.kill()
            process.join()
