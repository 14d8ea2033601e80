"""Uvicorn's server, ended our way: streams first, then requests, then what runs beside them, with status 0."""

import asyncio
import multiprocessing
import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer
import uvicorn

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class DeskServer(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, *, said: str, when_stopping: Callable[[], None]) -> None:
        super().__init__(config)
        self._said = said
        self._when_stopping = when_stopping
        self._parent = _starter()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self._said:
            typer.echo(self._said)

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
        """Whoever started us is gone: so are we."""
        if os.getppid() != self._parent:
            self._stop()
        return await super().on_tick(counter)

    def _stop(self) -> None:
        """A second time: at once."""
        self.force_exit = self.should_exit
        self.should_exit = True
        self._when_stopping()


def _starter() -> int:
    """Of a spawned process as it was told, not as it is: whoever started it may be gone before it looks."""
    parent = multiprocessing.parent_process()
    return os.getppid() if parent is None or parent.pid is None else parent.pid
