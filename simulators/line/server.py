"""Serves the simulator until it is told to end."""

import asyncio
import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn

from simulators.line.platform import Platform
from simulators.line.program import create_app

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)
DRAIN_SECONDS = 1


class SimulatorServer(uvicorn.Server):
    """Ends with the status 0, and with whoever started it."""

    def __init__(self, config: uvicorn.Config, platform: Platform, when_started: Callable[[], None]) -> None:
        super().__init__(config)
        self._platform, self._when_started, self._parent = platform, when_started, os.getppid()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._when_started()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Uvicorn's own raises the signal again in the end, which would be the status."""
        loop = asyncio.get_running_loop()
        for number in STOP_SIGNALS:
            loop.add_signal_handler(number, self._stop)
        try:
            yield
        finally:
            for number in STOP_SIGNALS:
                loop.remove_signal_handler(number)

    async def on_tick(self, counter: int) -> bool:
        """Whoever started it is gone: so is it."""
        if os.getppid() != self._parent:
            self._stop()
        return await super().on_tick(counter)

    def _stop(self) -> None:
        self.should_exit = True
        self._platform.stopping.set()


def serve(platform: Platform, listening: socket.socket, when_started: Callable[[], None]) -> None:
    """In this process, until Ctrl-C."""
    config = uvicorn.Config(
        create_app(platform),
        ws="none",
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=DRAIN_SECONDS,
    )
    server = SimulatorServer(config, platform, when_started)
    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(server.serve(sockets=[listening]))
